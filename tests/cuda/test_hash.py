import numpy as np
import pytest
from imgmine import features
from PIL import Image
from scipy.fft import dct

HASHES = {
    "ahash": features.ahash,
    "dhash": features.dhash,
    "vertical": lambda x, size=8: features.dhash(x, size, vertical=True),
    "phash": features.phash,
    "whash": features.whash,
}


def picture(shape, seed=0):
    """Blobs with noise on them: what hashes tell apart."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]] / 7
    waves = 127 + 90 * np.sin(y + 2 * rng.random()) * np.cos(x - y / 2)
    noise = rng.integers(-20, 21, shape)
    return np.clip(waves.reshape(shape[:2] + (1,) * (len(shape) - 2)) + noise, 0, 255).astype("u1")


def small_on_gpu(gpu, image, size):
    from imgmine._device_array import DeviceArray
    from imgmine.cuda._job import on_device_of
    from imgmine.cuda._lanczos_luma import lanczos_luma

    there = DeviceArray(gpu.put(image))
    with on_device_of(there) as job:
        shape = (1, *image.shape[:2], image.shape[2] if image.ndim == 3 else 1)
        return gpu.get(lanczos_luma(job, job.view(there, shape), *size))[0, ..., 0]


@pytest.mark.parametrize(
    ("shape", "size"),
    [((9, 23, 3), (4, 5)), ((6, 7, 4), (6, 3)), ((7, 5), (9, 8)), ((8, 5, 3), (3, 5))],
)
def test_small_pictures_are_those_of_pillow(gpu, shape, size):
    image = picture(shape)
    mode = {2: "L", 3: "RGB", 4: "RGBA"}[image.ndim if image.ndim == 2 else shape[2]]
    gray = Image.fromarray(image, mode).convert("L")
    expected = gray.resize(size[::-1], Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(small_on_gpu(gpu, image, size), np.asarray(expected))


@pytest.mark.parametrize("name", HASHES)
def test_hash(gpu, name):
    for shape, size in (((13, 9, 3), 4), ((20, 5, 4), 2), ((1, 1), 2)):
        gpu.check(HASHES[name], picture(shape), size)


@pytest.mark.parametrize("name", HASHES)
def test_batch(gpu, name):
    """A row an image; nothing of one reaches another."""
    batch = np.stack([picture((5, 10, 3), seed) for seed in range(2)])
    expected = [HASHES[name](image, 2) for image in batch]
    np.testing.assert_array_equal(gpu.get(HASHES[name](gpu.put(batch), 2)), expected)
    none = gpu.get(HASHES[name](gpu.put(batch[:0]), 4))
    assert none.shape == (0, 2)


def test_turns_of_the_axes_order(gpu):
    """A picture over twice as tall as wide is summed down its columns first."""
    gpu.check(features.ahash, picture((31, 6, 3)), 3)
    gpu.check(features.dhash, picture((31, 4)), 3)


@pytest.mark.parametrize(("n", "size"), [(8, 3), (9, 5), (16, 16), (32, 2)])
def test_cosines(gpu, n, size):
    from imgmine._device_array import DeviceArray
    from imgmine.cuda import _cosines
    from imgmine.cuda._job import on_device_of

    image = picture((n, n))
    there = DeviceArray(gpu.put(image))
    with on_device_of(there) as job:
        low = gpu.get(_cosines.low_cosines(job, job.view(there, (1, n, n, 1)), size))
    expected = dct(dct(image.astype(float), axis=0), axis=1)[:size, :size]
    np.testing.assert_allclose(low.reshape(size, size), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("size", [(2, 4), (2, 8), (3, 3)])
def test_roundings_of_cosines_are_those_of_the_core(gpu, size):
    """Of symmetric pictures half of the coefficients are above the median by rounding alone."""
    half = picture((12, 7), size[0])
    for image in (np.full((5, 5), 7, np.uint8), np.hstack([half, half[:, ::-1]])):
        gpu.check(features.phash, image, size[0], highfreq_factor=size[1])


@pytest.mark.parametrize("remove", [False, True])
@pytest.mark.parametrize("scale", [2, 8])
def test_roundings_of_wavelets_are_those_of_the_core(gpu, scale, remove):
    """Of flat pictures all coefficients are."""
    options = {"image_scale": scale, "remove_max_haar_ll": remove}
    for image in (np.full((5, 5), 7, np.uint8), picture((6, 7), scale)):
        gpu.check(features.whash, image, 2, **options)


def test_batches_are_cut_to_fit(gpu, monkeypatch):
    from imgmine.cuda import _job

    batch = np.stack([picture((6, 5, 1), seed) for seed in range(3)])
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 2)
    actual = gpu.get(features.phash(gpu.put(batch), 2))
    np.testing.assert_array_equal(actual, [features.phash(x[..., 0], 2) for x in batch])


def test_errors_are_the_cores(gpu):
    image = picture((6, 5))
    for function, array, options, message in [
        (features.ahash, image[:0], {}, "image must not be empty, got shape"),
        (features.ahash, image[None, ..., None].repeat(2, 3), {}, "must have 1, 3 or 4 channels"),
        (features.ahash, image, {"hash_size": 1}, "hash_size must be from 2 to 128, got 1"),
        (features.phash, image, {"highfreq_factor": 999}, "highfreq_factor must be at least 1"),
        (features.whash, image, {"hash_size": 6}, "must be a power of two for whash, got 6"),
    ]:
        with pytest.raises(ValueError, match=message):
            function(gpu.put(array), **options)
    with pytest.raises(TypeError, match="image must be uint8, got float32"):
        features.phash(gpu.put(image.astype(np.float32)))
    with pytest.raises(TypeError, match="no CUDA version"):
        features.dihedral_hashes(gpu.put(image))

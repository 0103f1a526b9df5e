import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import features

few = settings(max_examples=2)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 1), (5, 14)])
NORMALIZE = ["l1", "l2", "hellinger", None]


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import _cooccurrence, _glcm, _gray_pairs

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        for name, value in {"THREADS": 8, "LANES": 4, "GROUPS": 2, "SHARED": 64}.items():
            patch.setattr(_gray_pairs, name, value)
        patch.setattr(_cooccurrence, "THREADS", 8)
        patch.setattr(_glcm, "PIXELS_EACH", 8)
        patch.setattr(_glcm, "MOST_EACH", 8)
    yield patch
    patch.undo()


def image_of(shape, most=256, seed=0):
    return np.random.default_rng(seed).integers(0, most, shape).astype(np.uint8)


@few
@given(shapes, st.booleans(), st.booleans())
def test_glcm(gpu, shape, symmetric, normalize):
    how = {"symmetric": symmetric, "normalize": normalize}
    gpu.check(features.glcm, image_of(shape, 3), (1, 2.5, 40), (0, 4), levels=3, **how)


@pytest.mark.parametrize("levels", [1, 2, 5, 8, 9, 11])
def test_glcm_of_levels(gpu, levels):
    """All tables in a block, in copies or not, or some of them, or rows of one."""
    gpu.check(features.glcm, image_of((5, 21)), 2, (0, 1, 2), levels=levels, quantize=True)
    gpu.check(features.glcm, np.full((9, 5), 200, np.uint8), 1, 1, levels, quantize=True)


def test_glcm_of_a_batch(gpu, monkeypatch):
    from imgmine.cuda import _job

    batch = image_of((3, 6, 7, 1))
    for memory in (3, 1):
        monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes, m=memory: m)
        for options in ({}, {"normalize": True, "symmetric": True}):
            actual = gpu.get(features.glcm(gpu.put(batch), levels=4, quantize=True, **options))
            alone = [features.glcm(x[..., 0], levels=4, quantize=True, **options) for x in batch]
            np.testing.assert_array_equal(actual, alone)


def test_glcm_of_strided_and_empty_images(gpu):
    image = image_of((12, 14))
    options = {"levels": 4, "quantize": True}
    expected = features.glcm(image[::2, 1::3], **options)
    there = gpu.put(image)[::2, 1::3]
    np.testing.assert_array_equal(gpu.get(features.glcm(there, **options)), expected)
    for normalize in (False, True):
        gpu.check(features.glcm, image[:0], levels=3, normalize=normalize)
    assert gpu.get(features.glcm(gpu.put(np.zeros((0, 4, 5, 1), np.uint8)), levels=2)).shape[0] == 0


def test_glcm_refuses(gpu):
    image = image_of((4, 5))
    image[3, 4] = 77
    with pytest.raises(ValueError, match="image must have values below levels = 8, got"):
        features.glcm(gpu.put(image), levels=8)
    gpu.check(features.glcm, image % 8, levels=8)  # does not hear of the refused image
    with pytest.raises(ValueError, match="mask and labels must not be given for an array on a GPU"):
        features.glcm(gpu.put(image), mask=image > 3)
    with pytest.raises(ValueError, match="levels must be from 1 to 256, got 0"):
        features.glcm(gpu.put(image), levels=0)
    with pytest.raises(
        TypeError, match="matrix is on a GPU, and this function has no CUDA version"
    ):
        features.glcm_properties(gpu.put(np.ones((2, 2, 1, 1))))


def close(gpu, image, **options):
    gpu.check(features.haralick, image, rtol=1e-6, atol=1e-6, **options)


@few
@given(shapes, st.booleans())
def test_haralick(gpu, shape, per_direction):
    how = {"levels": 7, "per_direction": per_direction}
    close(gpu, image_of(shape), distances=(1, 2), angles=(0, 1), **how)


def test_haralick_of_a_smooth_image(gpu):
    smooth = np.add.outer(np.arange(15), np.arange(20)).astype(np.uint8) * 7
    close(gpu, smooth + image_of((15, 20), 5), angles=(0, 1), levels=16)


@pytest.mark.parametrize("value", [0, 255])
def test_haralick_of_flat_and_of_nearly_flat_images(gpu, value):
    image = np.full((20, 30), value, np.uint8)
    close(gpu, image, levels=8, angles=1)
    image[7, 9] = 100
    close(gpu, image, levels=8, angles=1)


def test_haralick_of_a_batch_and_of_nothing(gpu, monkeypatch):
    from imgmine.cuda import _job

    batch = image_of((3, 6, 7, 1))
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 2)
    for options in ({}, {"per_direction": True}):
        actual = gpu.get(features.haralick(gpu.put(batch), levels=4, **options))
        alone = [features.haralick(x[..., 0], levels=4, **options) for x in batch]
        np.testing.assert_allclose(actual, alone, rtol=1e-6, atol=1e-6)
        gpu.check(features.haralick, batch[0, :0, :, 0], levels=4, **options)


def test_blocks_as_they_are(gpu, blocks):
    blocks.undo()
    for levels in (4, 91):
        gpu.check(features.glcm, image_of((9, 70)), 1, 1, levels, quantize=True)
    close(gpu, image_of((9, 70)), levels=4, angles=1)

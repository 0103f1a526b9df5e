import numpy as np
import pytest
from imgmine import features


def picture(shape, seed=0):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]] / 7
    waves = 127 + 90 * np.sin(y + 2 * rng.random()) * np.cos(x - y / 2)
    noise = rng.integers(-20, 21, shape)
    return np.clip(waves.reshape(shape[:2] + (1,) * (len(shape) - 2)) + noise, 0, 255).astype("u1")


@pytest.mark.parametrize("shape", [(5, 7), (9, 150, 3), (64, 64, 4), (131, 33), (4, 9, 3)])
def test_pdq(gpu, shape):
    image = picture(shape)
    expected = features.pdq(image)
    hashes, quality = features.pdq(gpu.put(image))
    np.testing.assert_array_equal(gpu.get(hashes), expected[0])
    assert gpu.get(quality).tolist() == [expected[1]]


def test_batch(gpu, monkeypatch):
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 1)
    batch = np.stack([picture((6, 9, 3), seed) for seed in range(2)])
    hashes, qualities = map(gpu.get, features.pdq(gpu.put(batch)))
    for image, found, quality in zip(batch, hashes, qualities, strict=True):
        expected = features.pdq(image)
        np.testing.assert_array_equal(found, expected[0])
        assert quality == expected[1]
    hashes, qualities = map(gpu.get, features.pdq(gpu.put(batch[:0])))
    assert (hashes.shape, qualities.shape) == ((0, 32), (0,))


def test_errors_are_the_cores(gpu):
    with pytest.raises(ValueError, match="image must have 1, 3 or 4 channels, got 2"):
        features.pdq(gpu.put(np.zeros((1, 9, 9, 2), np.uint8)))
    with pytest.raises(ValueError, match="image must not be empty"):
        features.pdq(gpu.put(np.zeros((0, 9), np.uint8)))

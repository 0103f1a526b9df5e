import numpy as np
import pytest
from imgmine import filters

BORDERS = ["reflect101", "reflect", "replicate", "wrap", "constant"]
SIZES = [1, 7, 15, 17, 9]


def image_of(shape, dtype, seed=0):
    values = np.random.default_rng(seed).integers(0, 256, shape)
    return (values / 3 - 20 if dtype == "float32" else values).astype(dtype)


@pytest.mark.parametrize(("border", "ksize"), list(zip(BORDERS, SIZES, strict=True)))
def test_wide_median_blur(gpu, border, ksize):
    for shape in ((1, 1), (5, 40), (10, 3, 3)):
        gpu.check(filters.median_blur, image_of(shape, "uint8"), ksize, border=border)
    gpu.check(filters.median_blur, image_of((4, 5, 2), "float32"), ksize, border=border)


def test_counts_of_the_same_byte(gpu):
    """225 of them take a byte, more than 255 two; the window of a flat image is one bin."""
    for value in (0, 255):
        for ksize in (15, 17):
            gpu.check(filters.median_blur, np.full((2, 3), value, np.uint8), ksize)


def test_median_in_bands_and_batches(gpu, monkeypatch):
    """Threads start anew every so many rows."""
    from imgmine.cuda import _wide_median

    monkeypatch.setattr(_wide_median, "LEAST_ROWS", 1)
    gpu.check(filters.median_blur, image_of((30, 3), "uint8"), 7)
    batch = np.stack([image_of((4, 5, 2), "uint8", seed) for seed in range(2)])
    out = gpu.put(np.zeros_like(batch))
    assert filters.median_blur(gpu.put(batch), 7, out=out) is out
    np.testing.assert_array_equal(gpu.get(out), [filters.median_blur(x, 7) for x in batch])
    floats = image_of((11, 33), "float32")
    gpu.check(filters.median_blur, floats, 7)
    gpu.check(filters.median_blur, np.zeros((0, 4), np.uint8), 9)


def test_median_of_what_is_not_finite(gpu):
    image = image_of((5, 6), "float32")
    image[1:4, 1:5] = [[np.nan, np.inf, -np.inf, -0.0], [0, np.nan, np.nan, -np.inf], [1, 2, -3, 0]]
    actual = gpu.check(filters.median_blur, image, 7, border="constant")
    expected = filters.median_blur(image, 7, border="constant")
    np.testing.assert_array_equal(np.signbit(actual), np.signbit(expected))


def test_windows_of_floats_are_limited(gpu):
    with pytest.raises(ValueError, match="ksize must be at most 31 of float32 on a GPU, got 33"):
        filters.median_blur(gpu.put(image_of((4, 4), "float32")), 33)
    with pytest.raises(ValueError, match="ksize must be odd, positive and at most 255, got 257"):
        filters.median_blur(gpu.put(image_of((4, 4), "uint8")), 257)

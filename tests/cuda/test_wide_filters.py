import numpy as np
import pytest
from imgmine import filters

BORDERS = ["reflect101", "reflect", "replicate", "wrap", "constant"]


def image_of(shape, dtype, seed=0):
    values = np.random.default_rng(seed).integers(0, 256, shape)
    return (values / 3 - 20 if dtype == "float32" else values).astype(dtype)


@pytest.mark.parametrize("border", BORDERS)
def test_wide_gaussian_blur(gpu, border):
    gpu.check(filters.gaussian_blur, image_of((4, 7), "uint8"), 10, border=border)


def test_wide_gaussian_blur_of_floats(gpu):
    """In the core's operations, but the simulator fuses no products into sums."""
    image = image_of((5, 3, 2), "float32")
    gpu.check(filters.gaussian_blur, image, 16, method="fast", border="wrap", atol=1e-4)


def test_wide_gaussian_blur_of_batches(gpu, monkeypatch):
    from imgmine.cuda import _coarse_blur

    batch = np.stack([image_of((1, 2, 2), "uint8", seed) for seed in range(2)])
    monkeypatch.setattr(_coarse_blur, "IN_CACHE", 1)
    out = gpu.put(np.zeros_like(batch))
    assert filters.gaussian_blur(gpu.put(batch), 31, out=out) is out
    np.testing.assert_array_equal(gpu.get(out), [filters.gaussian_blur(x, 31) for x in batch])
    gpu.check(filters.gaussian_blur, np.zeros((0, 4), np.uint8), 20)

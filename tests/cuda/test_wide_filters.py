import numpy as np
import pytest
from imgmine import filters

BORDERS = ["reflect101", "reflect", "replicate", "wrap", "constant"]


def image_of(shape, dtype, seed=0):
    values = np.random.default_rng(seed).integers(0, 256, shape)
    return (values / 3 - 20 if dtype == "float32" else values).astype(dtype)


@pytest.mark.parametrize("border", ["reflect101", "wrap", "constant"])
def test_wide_gaussian_blur(gpu, border):
    gpu.check(filters.gaussian_blur, image_of((4, 7), "uint8"), 10, border=border)


def test_wide_gaussian_blur_of_floats(gpu):
    """In the core's operations, but the simulator fuses no products into sums."""
    image = image_of((5, 3, 2), "float32")
    gpu.check(filters.gaussian_blur, image, 16, method="fast", border="wrap", atol=1e-4)


def test_wide_gaussian_blur_of_batches(gpu, monkeypatch):
    from imgmine.cuda import _coarse_blur

    batch = np.stack([image_of((1, 2, 1), "uint8", seed) for seed in range(2)])
    monkeypatch.setattr(_coarse_blur, "IN_CACHE", 1)
    out = gpu.put(np.zeros_like(batch))
    assert filters.gaussian_blur(gpu.put(batch), 10, out=out) is out
    np.testing.assert_array_equal(gpu.get(out), [filters.gaussian_blur(x, 10) for x in batch])
    gpu.check(filters.gaussian_blur, np.zeros((0, 4), np.uint8), 20)


@pytest.mark.parametrize(
    ("border", "size"),
    list(zip(BORDERS, [(9, 8), (1, 40), (70, 2), (15, 6), (8, 33)], strict=True)),
)
def test_wide_box_blur(gpu, border, size):
    for shape in ((35, 5, 2), (5, 11, 3)):  # as sums that slide, and otherwise
        gpu.check(filters.box_blur, image_of(shape, "uint8"), size, border=border)
    gpu.check(filters.box_blur, image_of((5, 4, 2), "float32"), size, border=border, atol=1e-4)


def test_wide_box_blur_in_bands(gpu, monkeypatch):
    """Threads start anew every so many rows; batches go image by image."""
    from imgmine.cuda import _sliding_sums

    monkeypatch.setattr(_sliding_sums, "LEAST_ROWS", 33)
    gpu.check(filters.box_blur, image_of((75, 3, 2), "uint8"), (7, 13))
    batch = np.stack([image_of((4, 5, 2), "uint8", seed) for seed in range(3)])
    monkeypatch.setattr(_sliding_sums, "IN_CACHE", 1)
    out = gpu.put(np.zeros_like(batch))
    assert filters.box_blur(gpu.put(batch), 19, out=out) is out
    np.testing.assert_array_equal(gpu.get(out), [filters.box_blur(x, 19) for x in batch])
    gpu.check(filters.box_blur, np.zeros((0, 4), np.uint8), 20)


def test_sums_of_boxes_may_take_32_bits(gpu):
    gpu.check(filters.box_blur, np.full((2, 3), 255, np.uint8), (1 << 10, 1 << 14))


@pytest.mark.parametrize("values", [(np.inf,), (-np.inf,), (np.nan,), (np.inf, -np.inf)])
def test_boxes_of_what_is_not_finite(gpu, values):
    """Just the boxes that hold it are not finite either."""
    image = image_of((9, 40), "float32")
    for k, value in enumerate(values):
        image[4, 15 + 3 * k] = value
    gpu.check(filters.box_blur, image, (3, 15), atol=1e-4)

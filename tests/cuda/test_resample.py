import numpy as np
import pytest
from imgmine import geometry

SIZES = [
    ((1, 1), (3, 2)),
    ((7, 20), (7, 20)),
    ((5, 11, 3), (9, 4)),
    ((24, 3, 2), (3, 7)),
    ((6, 50), (2, 3)),
    ((45, 4), (2, 3)),
]


def image_of(shape, dtype, seed=0):
    """Black and white, which are overshot."""
    rng = np.random.default_rng(seed)
    values = np.where(rng.random(shape) < 0.5, rng.integers(0, 2, shape) * 255, 90)
    return (values / 3 - 20 if dtype == "float32" else values).astype(dtype)


@pytest.mark.parametrize("method", ["cubic", "lanczos"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_resize_by_weights(gpu, dtype, method):
    """Also where a float32 has more than 32 weights, which are added block by block."""
    for shape, size in SIZES:
        gpu.check(geometry.resize, image_of(shape, dtype), size, method)


def test_what_does_not_weigh_in_may_be_infinite(gpu):
    """Every second weight of Lanczos' window is zero where the size stays."""
    image = image_of((6, 7), "float32")
    image[2, 3] = np.inf
    image[4, 1] = np.nan
    for method in ("cubic", "lanczos"):
        gpu.check(geometry.resize, image, (6, 7), method)
        gpu.check(geometry.resize, image, (2, 5), method)


def test_images_that_do_not_fit_the_cache_go_one_by_one(gpu, monkeypatch):
    from imgmine.cuda import _resample

    batch = np.stack([image_of((6, 7, 3), "uint8", seed) for seed in range(3)])
    monkeypatch.setattr(_resample, "IN_CACHE", 2 * 6 * 4 * 3 * 2)
    actual = gpu.get(geometry.resize(gpu.put(batch), (3, 4), "lanczos"))
    np.testing.assert_array_equal(actual, [geometry.resize(x, (3, 4), "lanczos") for x in batch])


def test_more_values_in_a_row_than_a_grid_has_blocks_for(gpu, monkeypatch):
    from imgmine.cuda import _resample

    monkeypatch.setattr(_resample, "MOST_BLOCKS", 1)
    for dtype in ("uint8", "float32"):
        gpu.check(geometry.resize, image_of((2, 90, 2), dtype), (2, 100), "cubic")

import numpy as np
import pytest
from imgmine import geometry


@pytest.fixture(params=["in tiles", "along, then down"])
def way(request, monkeypatch):
    """Bytes are resized tile by tile, or, where those have no room, in two passes."""
    if request.param != "in tiles":
        from imgmine.cuda import _resize

        monkeypatch.setattr(_resize, "IN_TILES", ())


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
def test_resize_by_weights(gpu, way, method):
    for shape, size in SIZES:
        gpu.check(geometry.resize, image_of(shape, "uint8"), size, method)


@pytest.mark.parametrize("method", ["cubic", "lanczos"])
def test_resize_floats_by_weights(gpu, method):
    """Also where there are more than 32 weights, which are added block by block."""
    for shape, size in SIZES:
        gpu.check(geometry.resize, image_of(shape, "float32"), size, method)


@pytest.mark.parametrize("method", ["area", "cubic", "lanczos"])
def test_tiles(gpu, method):
    """Words and bytes, of one to five channels; sizes that are no multiples; several tiles."""
    for shape, size in [
        ((20, 150, 3), (7, 70)),
        ((20, 64), (33, 30)),
        ((11, 13, 4), (5, 9)),
        ((9, 8, 5), (4, 3)),
    ]:
        gpu.check(geometry.resize, image_of(shape, "uint8"), size, method)


def test_sums_along_rows_of_three_bytes(gpu):
    for shape, size in (((3, 270, 3), (2, 1)), ((9, 262), (4, 9))):
        gpu.check(geometry.resize, image_of(shape, "uint8"), size)
        gpu.check(geometry.resize, np.full(shape, 255, np.uint8), size)


@pytest.mark.parametrize("shape", [(3, 26, 33, 1), (2, 19, 11, 3)])
def test_rows_that_begin_anywhere(gpu, shape):
    """Words are put together of two; the last image's last rows come byte by byte."""
    images = np.random.default_rng(7).integers(0, 256, shape, np.uint8)
    for method in ("area", "lanczos"):
        actual = gpu.get(geometry.resize(gpu.put(images), (5, 7), method))
        expected = [geometry.resize(x, (5, 7), method) for x in images]
        np.testing.assert_array_equal(actual, expected)


def test_tiles_whose_rows_come_bit_by_bit(gpu, monkeypatch):
    from imgmine.cuda import _resize_tiles

    images = np.stack([image_of((40, 22, 3), "uint8", seed) for seed in range(3)])
    monkeypatch.setattr(_resize_tiles, "MOST", 2)  # images at a time
    monkeypatch.setattr(_resize_tiles, "SOURCE", 600)
    for method in ("area", "lanczos"):
        actual = gpu.get(geometry.resize(gpu.put(images), (9, 8), method))
        expected = [geometry.resize(x, (9, 8), method) for x in images]
        np.testing.assert_array_equal(actual, expected)


def test_what_tiles_have_no_room_for():
    """Sums of more than 24 or 31 bits, and pixels that are made of too many."""
    from imgmine.cuda._tap_groups import plan_for

    room = 3, 3072, 8192
    assert plan_for("area", (64, 64), (32, 32), *room) is not None
    assert plan_for("area", (64, 64), (64, 64), *room) is None  # nothing to divide by
    assert plan_for("area", (2, 40_000), (1, 1), *room) is None
    assert plan_for("area", (65537, 128), (1, 1), *room) is None
    assert plan_for("lanczos", (64, 100_000), (32, 10), *room) is None


def test_what_does_not_weigh_in_may_be_infinite(gpu):
    """Every second weight of Lanczos' window is zero where the size stays."""
    image = image_of((6, 7), "float32")
    image[2, 3] = np.inf
    image[4, 1] = np.nan
    for method in ("cubic", "lanczos"):
        gpu.check(geometry.resize, image, (6, 7), method)
        gpu.check(geometry.resize, image, (2, 5), method)


def test_images_that_do_not_fit_the_cache_go_one_by_one(gpu, monkeypatch):
    from imgmine.cuda import _resample, _resize

    monkeypatch.setattr(_resize, "IN_TILES", ())

    batch = np.stack([image_of((6, 7, 3), "uint8", seed) for seed in range(3)])
    monkeypatch.setattr(_resample, "IN_CACHE", 2 * 6 * 4 * 3 * 2)
    actual = gpu.get(geometry.resize(gpu.put(batch), (3, 4), "lanczos"))
    np.testing.assert_array_equal(actual, [geometry.resize(x, (3, 4), "lanczos") for x in batch])


def test_more_values_in_a_row_than_a_grid_has_blocks_for(gpu, monkeypatch):
    from imgmine.cuda import _resample, _resize

    monkeypatch.setattr(_resize, "IN_TILES", ())
    monkeypatch.setattr(_resample, "MOST_BLOCKS", 1)
    for dtype in ("uint8", "float32"):
        gpu.check(geometry.resize, image_of((2, 90, 2), dtype), (2, 100), "cubic")

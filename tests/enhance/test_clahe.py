import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import clahe

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

limits = st.sampled_from([0.0, 0.3, 1.0, 2.0, 3.7, 40.0, 1e300])
grids = st.tuples(st.integers(1, 9), st.integers(1, 9))


def tile_tables(image, clip_limit, grid):
    """Clip, share out, add up."""
    height, width = image.shape[0] // grid[0], image.shape[1] // grid[1]
    n = height * width
    tables = np.empty((*grid, 256))
    for j, i in np.ndindex(grid):
        tile = image[j * height : (j + 1) * height, i * width : (i + 1) * width]
        counts = np.bincount(tile.ravel(), minlength=256)
        if clip_limit:
            limit = max(int(min(clip_limit * n / 256, n)), 1)
            rest = int(np.maximum(counts - limit, 0).sum())
            counts = np.minimum(counts, limit) + rest // 256
            if rest % 256:
                counts[:: max(256 // (rest % 256), 1)][: rest % 256] += 1
        tables[j, i] = np.rint(counts.cumsum() * (255 / n))
    return np.clip(tables, 0, 255), height, width


def reference(image, clip_limit, grid):
    """Blend the tables of the four nearest tiles, in float64."""
    if image.size == 0:
        return image
    room = [(0, 0), (0, 0)]
    if any(side % n for side, n in zip(image.shape, grid, strict=True)):
        room = [(0, n - side % n) for side, n in zip(image.shape, grid, strict=True)]
    tables, *size = tile_tables(np.pad(image, room, mode="reflect"), clip_limit, grid)
    at = [np.arange(n) / extent - 0.5 for n, extent in zip(image.shape, size, strict=True)]
    y, x = np.ix_(*(np.floor(a).astype(int) for a in at))
    wy, wx = np.ix_(*(a - np.floor(a) for a in at))

    def look_up(dy, dx):
        rows, columns = (y + dy).clip(0, grid[0] - 1), (x + dx).clip(0, grid[1] - 1)
        return tables[rows, columns, image]

    above = look_up(0, 0) * (1 - wx) + look_up(0, 1) * wx
    below = look_up(1, 0) * (1 - wx) + look_up(1, 1) * wx
    return above * (1 - wy) + below * wy


@given(images(dtypes=[np.uint8], channels=(None,)), limits, grids)
def test_matches_reference(image, clip_limit, grid):
    actual = clahe(image, clip_limit=clip_limit, grid=grid)
    assert actual.dtype == np.uint8
    assert actual.shape == image.shape
    # Half a unit of rounding; the tables are rounded from float32, ties may differ by one.
    np.testing.assert_allclose(actual, reference(image, clip_limit, grid), atol=1.501)


@given(
    images(dtypes=[np.uint8], channels=(None,), min_side=1),
    st.sampled_from([0.0, 0.3, 1.0, 2.0, 3.7, 40.0]),
    grids,
)
def test_equals_opencv(image, clip_limit, grid):
    peer = cv2.createCLAHE(clip_limit, grid[::-1]).apply(image.copy())
    np.testing.assert_array_equal(clahe(image, clip_limit=clip_limit, grid=grid), peer)


@pytest.mark.parametrize(
    ("shape", "grid"),
    [((801, 701), (8, 8)), ((600, 2300), (2, 2)), ((997, 1013), (3, 5)), ((40, 3001), (2, 1))],
)
def test_threads_share_tiles_and_rows(shape, grid):
    image = cv2.GaussianBlur(large(shape), (0, 0), 2)
    peer = cv2.createCLAHE(2.0, grid[::-1]).apply(image)
    np.testing.assert_array_equal(clahe(image, grid=grid), peer)


@pytest.mark.parametrize("grid", [(256, 256), (1, 256), (50, 40)])
def test_more_tiles_than_pixels(grid):
    image = large((30, 41))
    peer = cv2.createCLAHE(2.0, grid[::-1]).apply(image)
    np.testing.assert_array_equal(clahe(image, grid=grid), peer)


def test_out_and_one_channel():
    image = large((30, 40, 1))
    frame = np.full((32, 50, 1), 99, np.uint8)
    out = frame[1:31, 5:45]
    assert clahe(image, out=out) is out
    np.testing.assert_array_equal(out[..., 0], clahe(image[..., 0]))
    assert (frame[:, 45:] == 99).all()
    assert (frame[-1] == 99).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"clip_limit": -1}, ValueError, "^clip_limit must be finite and at least 0"),
        ({"clip_limit": np.nan}, ValueError, "^clip_limit must be finite"),
        ({"clip_limit": np.inf}, ValueError, "^clip_limit must be finite"),
        ({"clip_limit": "2"}, TypeError, "^clip_limit must be a number"),
        ({"grid": (0, 8)}, ValueError, "^grid must be two numbers from 1 to 256, got"),
        ({"grid": (8, 257)}, ValueError, "^grid must be two numbers from 1 to 256, got"),
        ({"grid": (8, 8, 8)}, ValueError, r"^grid must be \(rows, columns\), got 3"),
        ({"grid": 8}, TypeError, r"^grid must be \(rows, columns\), got int"),
        ({"grid": (8.0, 8)}, TypeError, "^grid must be a whole number"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, error, message, shape):
    with pytest.raises(error, match=message):
        clahe(np.zeros(shape, np.uint8), **arguments)


@pytest.mark.parametrize("shape", [(4, 4, 3), (0, 4, 3)])
def test_refuses_color_and_float(shape):
    with pytest.raises(ValueError, match=r"^image must have one channel .*, got 3"):
        clahe(np.zeros(shape, np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        clahe(np.zeros(shape[:2], np.float32))

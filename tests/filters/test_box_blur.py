import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import box_blur

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

PAD = {
    "reflect101": "reflect",
    "reflect": "symmetric",
    "replicate": "edge",
    "wrap": "wrap",
    "constant": "constant",
}
OPENCV = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
}

borders = st.sampled_from(sorted(PAD))
sides = st.integers(1, 20) | st.sampled_from([31, 64, 101])
boxes = st.tuples(sides, sides)


def sums(image, ksize, border):
    """Sum every box of a padded image, exactly for whole numbers."""
    height, width = ksize
    pad = [(height // 2, (height - 1) // 2), (width // 2, (width - 1) // 2)]
    wide = image.astype(np.int64 if image.dtype == np.uint8 else np.float64)
    padded = np.pad(wide, pad + [(0, 0)] * (image.ndim - 2), mode=PAD[border])
    if image.dtype == np.uint8:
        table = np.zeros([n + 1 for n in padded.shape[:2]] + list(image.shape[2:]), np.int64)
        table[1:, 1:] = padded.cumsum(0).cumsum(1)
        rows = table[height:] - table[:-height]
        return rows[:, width:] - rows[:, :-width]
    rows = sum(padded[k : k + len(image)] for k in range(height))
    return sum(rows[:, k : k + image.shape[1]] for k in range(width))


def reference(image, ksize, border):
    if image.size == 0:
        return image
    size = ksize[0] * ksize[1]
    if image.dtype == np.uint8:
        return (2 * sums(image, ksize, border) + size) // (2 * size)
    return sums(image, ksize, border) / size


def check(actual, image, expected):
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        np.testing.assert_array_equal(actual, expected)
    else:
        scale = np.abs(image[np.isfinite(image)]).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-6 * scale)


@settings(max_examples=25)
@given(images(), boxes, borders)
def test_matches_reference(image, ksize, border):
    check(box_blur(image, ksize, border=border), image, reference(image, ksize, border))


@settings(max_examples=25)
@given(images(channels=(None, 1, 3, 4), min_side=1), boxes, st.sampled_from(sorted(OPENCV)))
def test_follows_opencv(image, ksize, border):
    peer = cv2.blur(image.copy(), ksize[::-1], borderType=OPENCV[border]).reshape(image.shape)
    actual = box_blur(image, ksize, border=border)
    size = ksize[0] * ksize[1]
    if image.dtype == np.float32:
        np.testing.assert_allclose(actual, peer, rtol=1e-5, atol=1e-5 * np.abs(image).max())
    elif size <= 256 and size & (size - 1):
        np.testing.assert_array_equal(actual, peer)
    else:  # a power of two, where OpenCV rounds some of what is below a half up; or a wide box
        assert cv2.absdiff(actual, peer.astype(np.uint8)).max() <= 1


@pytest.mark.parametrize("size", [*range(1, 16), *(n * m for n in range(2, 18) for m in (9, 15))])
def test_every_division_is_exact(size):
    """Over a ramp, so that a box meets many sums, on both sides of halves."""
    width = size if size < 16 else 15 if size % 15 == 0 else 9
    ramp = (np.arange(256 * width) // width).astype(np.uint8)
    image = np.sort(np.tile(ramp, size // width).reshape(size // width, -1), axis=1)
    image = np.repeat(image, 2, axis=0)
    ksize = (size // width, width)
    check(box_blur(image, ksize), image, reference(image, ksize, "reflect101"))


@pytest.mark.parametrize("border", sorted(PAD))
@pytest.mark.parametrize("ksize", [(91, 91), (90, 92), (301, 4001)])
def test_wide_boxes_of_extremes_round_exactly(ksize, border):
    """From 8192 pixels on the division works in double; a box may be larger than the image."""
    image = (large((25, 40)) > 127).astype(np.uint8) * 255
    check(box_blur(image, ksize, border=border), image, reference(image, ksize, border))


@settings(max_examples=20)
@given(images(dtypes=[np.float32], channels=(None, 3), min_side=1), boxes, borders, st.data())
def test_nan_and_infinity_reach_as_far_as_the_box(image, ksize, border, data):
    image = image.copy()
    for value in data.draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), max_size=4)):
        y = data.draw(st.integers(0, image.shape[0] - 1))
        x = data.draw(st.integers(0, image.shape[1] - 1))
        image[y, x] = value
    with np.errstate(invalid="ignore"):
        expected = reference(image, ksize, border)
    check(box_blur(image, ksize, border=border), image, expected)


@pytest.mark.parametrize("border", ["wrap", "reflect101"])
@pytest.mark.parametrize("ksize", [(5, 7), (31, 33)])
def test_nan_in_an_image_of_many_tiles(ksize, border):
    image = large((9, 40000), np.float32)
    image[4, [3, 17000, 39998]] = [np.nan, np.inf, -np.inf]
    with np.errstate(invalid="ignore"):
        expected = reference(image, ksize, border)
    check(box_blur(image, ksize, border=border), image, expected)


def test_a_large_value_leaves_no_trace():
    """A running sum forgets what left it: far away the error is a share of that value's 1e-16."""
    image = np.ones((300, 200), np.float32)
    image[20, 30] = 1e9
    actual = box_blur(image, 9)
    np.testing.assert_allclose(actual, reference(image, (9, 9), "reflect101"), rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("ksize", [(5, 5), (40, 21)])
@pytest.mark.parametrize("shape", [(401, 701), (300, 300, 3), (4, 50001)])
def test_threads_and_tiles_share_the_image(dtype, ksize, shape):
    image = large(shape, dtype)
    check(box_blur(image, ksize, border="wrap"), image, reference(image, ksize, "wrap"))


@settings(max_examples=20)
@given(images(), st.integers(1, 9))
def test_one_side_is_both(image, side):
    np.testing.assert_array_equal(box_blur(image, side), box_blur(image, (side, side)))


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    frame = np.full((11, 50, 3), 99, np.uint8)
    out = frame[1:10, 5:45]
    assert box_blur(image, 3, out=out) is out
    np.testing.assert_array_equal(out, box_blur(image, 3))
    frame[1:10, 5:45] = 99
    assert (frame == 99).all()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("ksize", "options", "error", "message"),
    [
        (0, {}, ValueError, "^ksize must be positive and its box at most"),
        ((3, -1), {}, ValueError, r"^ksize must be positive .*got \(3, -1\)"),
        (2**13, {}, ValueError, "^ksize must be positive and its box at most"),
        ((1, 2, 3), {}, ValueError, "^ksize must be one whole number or two, got 3"),
        (2**40, {}, ValueError, "^ksize must be below"),
        (2.5, {}, TypeError, "^ksize must be a whole number, got float"),
        ("33", {}, TypeError, "^ksize must be a whole number, got str"),
        (3, {"border": "mirror"}, ValueError, "^border must be 'reflect101'"),
        (3, {"border": None}, TypeError, "^border must be a string"),
    ],
)
def test_refuses_bad_arguments(shape, ksize, options, error, message):
    with pytest.raises(error, match=message):
        box_blur(np.zeros(shape, np.uint8), ksize, **options)

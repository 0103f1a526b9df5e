import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import closing, dilate, erode, opening
from scipy import ndimage

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

PAD = {
    "reflect101": "reflect",
    "reflect": "symmetric",
    "replicate": "edge",
    "wrap": "wrap",
    "constant": "constant",
}
SCIPY = {"reflect101": "mirror", "reflect": "reflect", "replicate": "nearest", "wrap": "wrap"}
# Each operation's steps: whether it takes the highest.
STEPS = {erode: [False], dilate: [True], opening: [False, True], closing: [True, False]}

borders = st.sampled_from(sorted(PAD))
operations = st.sampled_from(list(STEPS))
sides = st.integers(1, 9) | st.sampled_from([15, 16, 17, 33, 70])


@st.composite
def masks(draw):
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 9)))
    mask = np.random.default_rng(draw(st.integers(0, 99))).random(shape) < 0.6
    mask.flat[draw(st.integers(0, mask.size - 1))] = True
    return mask


def as_mask(footprint):
    if isinstance(footprint, np.ndarray):
        return footprint
    return np.ones((footprint, footprint) if isinstance(footprint, int) else footprint, bool)


def pixels_under(image, mask, border):
    height, width = mask.shape
    reach = [(height // 2, height - 1 - height // 2), (width // 2, width - 1 - width // 2)]
    padded = np.pad(image, reach + [(0, 0)] * (image.ndim - 2), mode=PAD[border])
    for y, x in np.argwhere(mask):
        yield padded[y : y + image.shape[0], x : x + image.shape[1]]


def step(image, mask, highest, border):
    """Take the lowest under the mask; the highest, by turning everything round."""
    if not highest:
        shifted = np.stack(list(pixels_under(image, mask, border)))
        return np.sort(shifted, axis=0)[0]
    turned = np.flip(image, (0, 1))
    shifted = np.stack(list(pixels_under(turned, mask, border)))
    return np.flip(np.sort(shifted, axis=0)[-1], (0, 1))


def reference(operation, image, footprint, iterations, border):
    for highest in STEPS[operation]:
        for _ in range(iterations if image.size else 0):
            image = step(image, as_mask(footprint), highest, border)
    return image


@settings(max_examples=12)
@given(images(), operations, sides | st.tuples(sides, sides), borders)
def test_rectangles_match_reference(image, operation, footprint, border):
    actual = operation(image, footprint, border=border)
    assert actual.dtype == image.dtype
    np.testing.assert_array_equal(actual, reference(operation, image, footprint, 1, border))


@settings(max_examples=12)
@given(images(), operations, masks(), borders, st.sampled_from([1, 1, 2, 3]))
def test_masks_match_reference(image, operation, mask, border, iterations):
    actual = operation(image, mask, border=border, iterations=iterations)
    expected = reference(operation, image, mask, iterations, border)
    np.testing.assert_array_equal(actual, expected)


@settings(max_examples=12)
@given(images(), operations, st.integers(1, 4), borders, st.integers(2, 4))
def test_iterations_match_reference(image, operation, side, border, iterations):
    actual = operation(image, side, border=border, iterations=iterations)
    expected = reference(operation, image, side, iterations, border)
    np.testing.assert_array_equal(actual, expected)


@settings(max_examples=12)
@given(images(dtypes=[np.float32], min_side=1), operations, st.integers(1, 6), st.data())
def test_nan_is_above_infinity(image, operation, side, data):
    image = image.copy()
    special = st.sampled_from([np.nan, -np.nan, np.inf, -np.inf])
    for _ in range(data.draw(st.integers(1, 5))):
        y, x = (data.draw(st.integers(0, n - 1)) for n in image.shape[:2])
        image[y, x] = data.draw(special)
    actual = operation(image, side)
    np.testing.assert_array_equal(actual, reference(operation, image, side, 1, "reflect101"))


GREY = {
    erode: ndimage.grey_erosion,
    dilate: ndimage.grey_dilation,
    opening: ndimage.grey_opening,
    closing: ndimage.grey_closing,
}


@pytest.mark.parametrize("operation", GREY)
@pytest.mark.parametrize("border", sorted(SCIPY))
def test_equals_scipy(operation, border):
    image = large((60, 90), np.float32)
    for footprint in (np.ones((3, 3)), np.ones((4, 7)), np.tri(5, 5), np.eye(4, 6)):
        expected = GREY[operation](image, footprint=footprint != 0, mode=SCIPY[border])
        actual = operation(image, footprint != 0, border=border)
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("side", [3, 5, 15, 101])
def test_equals_opencv(dtype, side):
    """A square's odd side; OpenCV leaves out what lies outside, here the nearest pixel is met."""
    image, kernel = large((233, 301), dtype), np.ones((side, side), np.uint8)
    options = {"border": "replicate"}
    np.testing.assert_array_equal(erode(image, side, **options), cv2.erode(image, kernel))
    np.testing.assert_array_equal(dilate(image, side, **options), cv2.dilate(image, kernel))


@pytest.mark.parametrize("side", [9, 15])
def test_disk_equals_opencv(side):
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    image = large((133, 201, 3))
    peer = cv2.erode(image, disk, borderType=cv2.BORDER_REFLECT_101)
    np.testing.assert_array_equal(erode(image, disk), peer)
    peer = cv2.dilate(image, disk, borderType=cv2.BORDER_REFLECT_101)
    np.testing.assert_array_equal(dilate(image, disk), peer)


@settings(max_examples=12)
@given(images(), masks())
def test_opening_lies_below_closing_above(image, mask):
    opened, closed = opening(image, mask, border="wrap"), closing(image, mask, border="wrap")
    assert (opened <= image).all()
    assert (image <= closed).all()
    np.testing.assert_array_equal(opening(opened, mask, border="wrap"), opened)
    np.testing.assert_array_equal(closing(closed, mask, border="wrap"), closed)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("footprint", [3, (31, 17), np.eye(9, dtype=bool)])
def test_threads_share_the_rows(dtype, footprint):
    image = large((901, 801), dtype)
    for operation in (erode, closing):
        expected = GREY[operation](image, footprint=as_mask(footprint), mode="mirror")
        np.testing.assert_array_equal(operation(image, footprint), expected)


def windows(image, footprint, border, highest):
    """Take the highest or lowest of a rectangle with SciPy, one axis after the other."""
    extreme = ndimage.maximum_filter1d if highest else ndimage.minimum_filter1d
    for axis, size in enumerate(footprint):
        left = size // 2 if not highest else size - 1 - size // 2
        reach = [(0, 0)] * image.ndim
        reach[axis] = (left, size - 1 - left)
        padded = np.pad(image, reach, mode=PAD[border])
        found = extreme(padded, size, axis)  # of a window that starts size // 2 before
        image = found.take(np.arange(image.shape[axis]) + size // 2, axis)
    return image


@pytest.mark.parametrize("border", sorted(PAD))
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 16])
def test_wide_windows(dtype, channels, border):
    """Windows of many registers, and images of which some pixels are left after the last."""
    for width, side in [(300, 37), (301, 640), (1003, 511)]:
        image = large((2, width, channels), dtype)
        for operation, highest in ((erode, False), (dilate, True)):
            expected = windows(image, (1, side), border, highest)
            np.testing.assert_array_equal(operation(image, (1, side), border=border), expected)


@pytest.mark.parametrize(
    ("dtype", "width", "side"),
    [(np.uint8, 520_000, 2), (np.float32, 70_000, 3), (np.float32, 130_000, 6)],
)
def test_rows_too_long_to_be_kept(dtype, width, side):
    """Such rows are filtered downwards in strips."""
    image, footprint = large((4, width), dtype), (side, 5)
    expected = windows(windows(image, footprint, "wrap", True), footprint, "wrap", False)
    np.testing.assert_array_equal(closing(image, footprint, border="wrap"), expected)


@pytest.mark.parametrize("border", sorted(PAD))
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(50, 12_000), (30, 4500, 3)])
def test_masks_on_tiles(dtype, border, shape):
    """Steps that share tiles of the image, of which there are several here."""
    mask = np.random.default_rng(2).random((12, 10)) < 0.1
    image, mode = large(shape, dtype), {**SCIPY, "constant": "constant"}[border]
    solid = mask.reshape(mask.shape + (1,) * (image.ndim - 2))
    expected = GREY[closing](image, footprint=solid, mode=mode)
    np.testing.assert_array_equal(closing(image, mask, border=border), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("border", ["replicate", "constant"])
@pytest.mark.parametrize(("shape", "side"), [((701, 300), 701), ((3000, 20), 1200)])
def test_high_windows_in_place(dtype, border, shape, side):
    image, footprint = large(shape, dtype), (side, 3)
    expected = windows(windows(image, footprint, border, False), footprint, border, True)
    np.testing.assert_array_equal(opening(image, footprint, border=border), expected)


@pytest.mark.parametrize("border", sorted(PAD))
def test_footprint_larger_than_the_image(border):
    image = large((5, 7))
    for footprint in (65535, (1, 65535), (65535, 1)):
        shape = (footprint, footprint) if isinstance(footprint, int) else footprint
        small = tuple(min(side, 41) for side in shape)
        expected = reference(erode, image, small, 1, border)
        np.testing.assert_array_equal(erode(image, footprint, border=border), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("footprint", [3, 7, np.tri(3, dtype=bool)])
def test_out_is_written_and_returned(dtype, footprint):
    image = large((9, 70, 3), dtype)
    for operation in STEPS:
        frame = np.full((11, 80, 3), 99, dtype)
        out = frame[1:10, 5:75]
        assert operation(image, footprint, out=out) is out
        np.testing.assert_array_equal(out, operation(image, footprint))
        assert (frame[[0, -1]] == 99).all()
        assert (frame[:, :5] == 99).all()
        assert (frame[:, 75:] == 99).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"footprint": 0}, "^footprint must have sides from 1 to 65535, got 0"),
        ({"footprint": (3, -1)}, "^footprint must have sides from 1 to 65535, got -1"),
        ({"footprint": (1 << 16, 1)}, "^footprint must have sides from 1 to 65535, got 65536"),
        ({"footprint": np.zeros((3, 3), bool)}, "^footprint must have at least one pixel"),
        (
            {"footprint": np.zeros((0, 3), bool)},
            "^footprint must have sides from 1 to 65535, got 0",
        ),
        ({"footprint": [1, 1, 1]}, "^footprint must be an int, two of them or an array"),
        ({"iterations": 0}, "^iterations must be at least 1, got 0"),
        ({"border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
    ],
)
@pytest.mark.parametrize("operation", STEPS)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(operation, arguments, message, shape):
    """An empty image is no excuse for a wrong parameter."""
    with pytest.raises(ValueError, match=message):
        operation(np.zeros(shape, np.uint8), **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"footprint": 3.0}, "^footprint must be a whole number"),
        ({"footprint": True}, "^footprint must be a whole number"),
        ({"footprint": "disk"}, "^footprint must be a whole number"),
        (
            {"footprint": np.ones((3, 3))},
            "^footprint must hold bools or whole numbers, got float64",
        ),
        ({"iterations": 1.5}, "^iterations must be a whole number"),
    ],
)
def test_refuses_other_kinds(arguments, message):
    with pytest.raises(TypeError, match=message):
        erode(np.zeros((4, 4), np.uint8), **arguments)

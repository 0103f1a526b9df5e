import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import prewitt, scharr, sobel
from scipy import ndimage

from ..strategies import borders, images, large

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
SMOOTH = {
    ("sobel", 3): [1, 2, 1],
    ("sobel", 5): [1, 4, 6, 4, 1],
    ("sobel", 7): [1, 6, 15, 20, 15, 6, 1],
    ("scharr", 3): [3, 10, 3],
    ("prewitt", 3): [1, 1, 1],
}
SLOPE = {3: [-1, 0, 1], 5: [-1, -2, 0, 2, 1], 7: [-1, -4, -5, 0, 5, 4, 1]}
FUNCTIONS = {"sobel": sobel, "scharr": scharr, "prewitt": prewitt}
kernels = st.sampled_from(sorted(SMOOTH))
axes = st.sampled_from([0, 1])


def call(image, kernel, axis=None, **options):
    name, ksize = kernel
    if name == "sobel":
        options["ksize"] = ksize
    return FUNCTIONS[name](image, axis, **options)


def correlate(image, taps, axis, border):
    """Pad, weigh, add."""
    if image.size == 0:
        return image
    size, radius = image.shape[axis], len(taps) // 2
    width = [(0, 0)] * image.ndim
    width[axis] = (radius, radius)
    padded = np.pad(image, width, mode=PAD[border])
    return sum(tap * padded.take(range(k, k + size), axis) for k, tap in enumerate(taps))


def derivative(image, kernel, axis, border):
    wide = image.astype(np.int64 if image.dtype == np.uint8 else np.float64)
    smooth = correlate(wide, SMOOTH[kernel], 1 - axis, border)
    return correlate(smooth, SLOPE[kernel[1]], axis, border)


def length(image, kernel, border):
    return np.hypot(*(derivative(image, kernel, axis, border) for axis in (0, 1)))


def tolerance(image, kernel):
    """Return what rounding in float32 may do."""
    weights = sum(SMOOTH[kernel]) * np.abs(SLOPE[kernel[1]]).sum()
    return 1e-6 * weights * np.abs(image.astype(float)).max(initial=0)


@given(images(), kernels, axes, borders)
def test_derivative_matches_reference(image, kernel, axis, border):
    actual = call(image, kernel, axis, border=border)
    expected = derivative(image, kernel, axis, border)
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        assert actual.dtype == (np.int16 if kernel[1] < 7 else np.float32)
        np.testing.assert_array_equal(actual, expected)
        floats = call(image, kernel, axis, border=border, dtype="float32")
        assert floats.dtype == np.float32
        np.testing.assert_array_equal(floats, expected)
    else:
        assert actual.dtype == np.float32
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, kernel))


@given(images(), kernels, borders)
def test_length_matches_reference(image, kernel, border):
    actual = call(image, kernel, border=border)
    assert actual.dtype == np.float32
    assert actual.shape == image.shape
    expected = length(image, kernel, border)
    np.testing.assert_allclose(
        actual, expected, rtol=1e-6, atol=tolerance(image, kernel) * (image.dtype != np.uint8)
    )
    if image.dtype == np.uint8 and kernel[0] != "scharr" and kernel[1] == 3:
        np.testing.assert_array_equal(actual, expected.astype(np.float32))
    if image.dtype == np.uint8:
        saturated = call(image, kernel, border=border, dtype=np.uint8)
        assert saturated.dtype == np.uint8
        np.testing.assert_array_equal(saturated, np.minimum(np.rint(expected), 255))


def opencv(image, kernel, depth, axis, border):
    name, ksize = kernel
    order = (axis, 1 - axis)
    if name == "scharr":
        result = cv2.Scharr(image, depth, *order, borderType=OPENCV[border])
    else:
        result = cv2.Sobel(image, depth, *order, ksize=ksize, borderType=OPENCV[border])
    return result.reshape(image.shape)


@given(
    images(channels=(None, 1, 3, 4), min_side=1),
    kernels.filter(lambda kernel: kernel[0] != "prewitt"),
    axes,
    st.sampled_from(sorted(OPENCV)),
)
def test_equals_opencv(image, kernel, axis, border):
    image = image.copy()
    if image.dtype == np.uint8:
        actual = call(image, kernel, axis, border=border, dtype="int16")
        expected = opencv(image, kernel, cv2.CV_16S, axis, border)
        np.testing.assert_array_equal(actual, expected)
    else:
        actual = call(image, kernel, axis, border=border)
        expected = opencv(image, kernel, cv2.CV_32F, axis, border)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, kernel))


@settings(max_examples=10)
@given(images(channels=(None,), min_side=1), st.sampled_from(["sobel", "prewitt"]), axes)
def test_equals_scipy(image, name, axis):
    wide = image.astype(np.float64)
    expected = getattr(ndimage, name)(wide, axis, mode="mirror")
    actual = call(image, (name, 3), axis)
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, (name, 3)))


@settings(max_examples=20)
@given(images(), kernels, borders)
def test_transposes_with_the_image(image, kernel, border):
    down = call(image, kernel, 0, border=border)
    across = call(image.swapaxes(0, 1), kernel, 1, border=border).swapaxes(0, 1)
    scale = tolerance(image, kernel) * (image.dtype != np.uint8)
    np.testing.assert_allclose(down, across, rtol=0, atol=scale)


@pytest.mark.parametrize("kernel", sorted(SMOOTH))
@pytest.mark.parametrize("shape", [(1000, 201), (20, 1600, 3)])
def test_large_images(kernel, shape):
    """Shared out among threads, or wider than a tile."""
    image = large(shape)
    for axis in (0, 1):
        expected = derivative(image, kernel, axis, "wrap")
        np.testing.assert_array_equal(call(image, kernel, axis, border="wrap"), expected)
    for image in (large(shape), large(shape, np.float32)):
        actual = call(image, kernel, border="constant")
        expected = length(image, kernel, "constant")
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, kernel))


@pytest.mark.parametrize("kernel", sorted(SMOOTH))
def test_ends_of_the_range(kernel):
    """All derivatives fit 16 bits but those of 7 taps, which saturate there."""
    image = np.zeros((9, 100), np.uint8)
    image[:, 50:] = 255
    expected = derivative(image, kernel, 1, "replicate")
    np.testing.assert_array_equal(call(image, kernel, 1), expected)
    np.testing.assert_array_equal(
        call(image, kernel, 1, dtype="int16"), np.clip(expected, -32768, 32767)
    )
    np.testing.assert_array_equal(call(image, kernel), np.abs(expected))


@pytest.mark.parametrize("kernel", sorted(SMOOTH))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_spreads_what_is_not_finite(kernel, value):
    image = np.zeros((30, 40), np.float32)
    image[15, 20] = value
    radius = kernel[1] // 2
    near = np.zeros(image.shape, bool)
    near[15 - radius : 16 + radius, 20 - radius : 21 + radius] = True
    actual = call(image, kernel)
    assert (actual[~near] == 0).all()
    assert not np.isfinite(actual[15, [20 - radius, 20 + radius]]).any()


@pytest.mark.parametrize(
    ("options", "dtype"),
    [({}, np.float32), ({"axis": 0}, np.int16), ({"axis": 1, "dtype": "float32"}, np.float32),
     ({"dtype": "uint8"}, np.uint8)],
)  # fmt: skip
def test_writes_to_out(options, dtype):
    image = large((40, 50))
    frame = np.full((44, 60), 99, dtype)
    out = frame[2:42, 5:55]
    assert sobel(image, out=out, **options) is out
    np.testing.assert_array_equal(out, sobel(image, **options))
    assert (frame[:2] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 55:] == 99).all()


def test_refuses_out_that_does_not_fit():
    image = large((4, 5))
    with pytest.raises(TypeError, match=r"^out must be float32, got int16"):
        sobel(image, out=np.empty((4, 5), np.int16))
    with pytest.raises(TypeError, match=r"^out must be a NumPy array, got list"):
        sobel(image, out=[])
    with pytest.raises(ValueError, match=r"^out must have shape"):
        sobel(image, out=np.empty((5, 4), np.float32))
    both = np.zeros(400, np.uint8)
    with pytest.raises(ValueError, match=r"^out must not overlap the image"):
        sobel(both[:20].reshape(4, 5), out=both[:80].view(np.float32).reshape(4, 5))


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"axis": 2}, "^axis must be 0, 1 or None, got 2"),
        ({"axis": -1}, "^axis must be 0, 1 or None, got -1"),
        ({"ksize": 4}, "^ksize must be 3, 5 or 7, got 4"),
        ({"ksize": 1}, "^ksize must be 3, 5 or 7, got 1"),
        ({"border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
    ],
)
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        sobel(np.zeros(shape, np.uint8), **arguments)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("dtype", "arguments", "message"),
    [
        (np.float64, {}, "^image must be uint8 or float32, got float64"),
        (np.uint8, {"axis": 1.0}, "^axis must be a whole number"),
        (np.uint8, {"ksize": "3"}, "^ksize must be a whole number"),
        (np.uint8, {"border": 3}, "^border must be a string"),
        (np.uint8, {"dtype": "int16"}, "^dtype must be float32 or uint8 .*, got int16"),
        (np.uint8, {"dtype": "uint8", "axis": 0}, "^dtype must be int16 or float32 .*, got uint8"),
        (np.float32, {"dtype": "int16", "axis": 0}, "^dtype must be float32 .*, got int16"),
    ],
)
def test_refuses_wrong_kinds(dtype, arguments, message, shape):
    with pytest.raises(TypeError, match=message):
        sobel(np.zeros(shape, dtype), **arguments)


@pytest.mark.parametrize("function", FUNCTIONS.values())
def test_refuses_other_shapes(function):
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\) or \(H, W, C\)"):
        function(np.zeros(4, np.uint8))

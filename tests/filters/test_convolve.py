import cv2
import numpy as np
import pytest
import scipy.ndimage
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from imgmine.filters import convolve, correlate

from ..strategies import images, large, unaligned

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

SCIPY = {
    "reflect101": "mirror",
    "reflect": "reflect",
    "replicate": "nearest",
    "wrap": "wrap",
    "constant": "constant",
}
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
RANGE = {"uint8": (0, 255), "int16": (-32768, 32767)}

borders = st.sampled_from(sorted(PAD))
results = st.sampled_from(["uint8", "int16", "float32"])
functions = st.sampled_from([correlate, convolve])

KINDS = {
    "small": lambda rng, shape: rng.integers(-64, 65, shape),
    "zeros and ones": lambda rng, shape: rng.integers(0, 2, shape),
    "two digits": lambda rng, shape: rng.integers(-8191, 8192, shape) // 16,
    "over 16": lambda rng, shape: rng.integers(-99, 99, shape) / 16,
    "separable": lambda rng, shape: np.outer(*(rng.integers(-5, 6, n) for n in shape)),
}
ANY = {
    **KINDS,
    "real": lambda rng, shape: rng.normal(size=shape),
    "normalized": lambda rng, shape: (lambda k: k / k.sum())(rng.uniform(0.1, 1, shape)),
    "mean": lambda rng, shape: np.full(shape, 1 / (shape[0] * shape[1])),
    "separable real": lambda rng, shape: np.outer(*(rng.normal(size=n) for n in shape)),
}


@st.composite
def kernels(draw, kinds=ANY):
    """Draw a kernel of any size, even or odd."""
    sides = st.integers(1, 7) | st.sampled_from([3, 5, 9, 16])
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return ANY[draw(st.sampled_from(sorted(kinds)))](rng, (draw(sides), draw(sides)))


def reference(function, image, kernel, border):
    """Pad, weigh, add, in float64; whole numbers and sixteenths are exact."""
    if image.size == 0:
        return image.astype(np.float64)
    kernel = np.asarray(kernel, np.float64)
    height, width = kernel.shape
    top, left = height // 2, width // 2
    if function is convolve:
        kernel = kernel[::-1, ::-1]
        top, left = (height - 1) // 2, (width - 1) // 2
    pad = [(top, height - 1 - top), (left, width - 1 - left)] + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image.astype(np.float64), pad, mode=PAD[border])
    rows, columns = image.shape[:2]
    return sum(
        weight * padded[i : i + rows, j : j + columns] for (i, j), weight in np.ndenumerate(kernel)
    )


def rounded(values, dtype):
    """Round to nearest, ties to even, and saturate."""
    return np.clip(np.rint(values), *RANGE[dtype]).astype(dtype)


def assert_close(actual, expected, image, kernel):
    scale = np.abs(kernel).sum() * np.abs(image).max(initial=0)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-5 * float(scale))


@settings(max_examples=12)
@given(functions, images(dtypes=[np.uint8]), kernels(KINDS), borders, results)
def test_whole_numbers_are_exact(function, image, kernel, border, dtype):
    """Whatever road is taken: sums of whole numbers, and of sixteenths, have no rounding error."""
    actual = function(image, kernel, border=border, dtype=dtype)
    expected = reference(function, image, kernel, border)
    assert actual.dtype == dtype
    assert actual.shape == image.shape
    exact = expected.astype(np.float32) if dtype == "float32" else rounded(expected, dtype)
    np.testing.assert_array_equal(actual, exact)


@settings(max_examples=12)
@given(functions, images(dtypes=[np.uint8]), kernels(), borders, results)
def test_uint8_follows_the_definition(function, image, kernel, border, dtype):
    actual = function(image, kernel, border=border, dtype=dtype)
    expected = reference(function, image, kernel, border)
    if dtype == "float32":
        assert_close(actual, expected, image, kernel)
    else:
        error = actual.astype(int) - rounded(expected, dtype)
        assert np.abs(error).max(initial=0) <= 1
        assert np.abs(actual - np.clip(expected, *RANGE[dtype])).max(initial=0) < 0.6


@settings(max_examples=12)
@given(functions, images(dtypes=[np.float32]), kernels(), borders)
def test_float32_follows_the_definition(function, image, kernel, border):
    actual = function(image, kernel, border=border)
    assert actual.dtype == np.float32
    assert_close(actual, reference(function, image, kernel, border), image, kernel)


@settings(max_examples=12)
@given(images(channels=(None,), min_side=1), kernels(), borders)
def test_follows_scipy(image, kernel, border):
    """Even sizes, too; SciPy loses count where a kernel is larger than the image."""
    assume(min(image.shape) >= max(np.shape(kernel)))
    floats = image.astype(np.float32)
    kernel = np.asarray(kernel, np.float64)
    for ours, theirs in ((correlate, "correlate"), (convolve, "convolve")):
        peer = getattr(scipy.ndimage, theirs)(floats.astype(np.float64), kernel, mode=SCIPY[border])
        assert_close(ours(floats, kernel, border=border), peer, floats, kernel)


@settings(max_examples=12)
@given(images(channels=(None, 1, 3, 4), min_side=1), kernels(), st.data())
def test_correlate_follows_opencv(image, kernel, data):
    border = data.draw(st.sampled_from(sorted(OPENCV)))
    dtype = data.draw(results) if image.dtype == np.uint8 else "float32"
    depth = {"uint8": cv2.CV_8U, "int16": cv2.CV_16S, "float32": cv2.CV_32F}[dtype]
    weights = np.asarray(kernel, np.float64)
    peer = cv2.filter2D(image.copy(), depth, weights, borderType=OPENCV[border])
    peer = peer.reshape(image.shape)
    actual = correlate(image, kernel, border=border, dtype=dtype)
    if dtype == "float32":
        assert_close(actual, peer, image, kernel)
    else:
        assert np.abs(actual.astype(int) - peer).max() <= 1


def test_the_first_lesson():
    """What a gradient gives says whether a kernel was flipped."""
    slope = np.arange(1, 26).reshape(5, 5)
    kernel = [[-1, 0, 1]] * 3
    for dtype in (np.uint8, np.float32):
        right = correlate(slope.astype(dtype), kernel, dtype="float32")
        assert (right[1:-1, 1:-1] == 6).all()
        left = convolve(slope.astype(dtype), kernel, dtype="float32")
        assert (left[1:-1, 1:-1] == -6).all()


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (4, 3), (5, 5), (2, 31)])
def test_a_dot_becomes_the_kernel(shape):
    kernel = np.arange(1, 1 + shape[0] * shape[1]).reshape(shape)
    dot = np.zeros((40, 60), np.uint8)
    dot[20, 30] = 1
    top, left = 20 - shape[0] // 2, 30 - shape[1] // 2
    window = np.s_[top : top + shape[0], left : left + shape[1]]
    result = convolve(dot, kernel)
    np.testing.assert_array_equal(result[window], kernel)
    assert result.sum() == kernel.sum()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("kind", ["small", "two digits", "real", "mean", "separable real"])
@pytest.mark.parametrize("shape", [(3, 3), (7, 7), (6, 31)])
def test_threads_share_the_rows(kind, shape, dtype):
    image = large((201, 501))
    kernel = np.asarray(ANY[kind](np.random.default_rng(1), shape), np.float64)
    peer = cv2.filter2D(image.astype(np.float64), -1, kernel, borderType=cv2.BORDER_REFLECT_101)
    actual = correlate(image, kernel, dtype=dtype)
    if dtype == "float32":
        assert_close(actual, peer, image, kernel)
        assert_close(correlate(image.astype(np.float32), kernel), peer, image, kernel)
    elif kind in KINDS:
        np.testing.assert_array_equal(actual, rounded(peer, dtype))
    else:
        assert np.abs(actual.astype(int) - rounded(peer, dtype)).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("kind", ["small", "real", "separable"])
def test_wide_images_are_filtered_in_tiles(kind, dtype):
    """So wide and tall a window's rows that they are not kept whole."""
    image = large((3, 9000, 3), dtype)
    kernel = ANY[kind](np.random.default_rng(2), (40, 5))
    expected = reference(correlate, image, kernel, "wrap")
    assert_close(correlate(image, kernel, border="wrap", dtype="float32"), expected, image, kernel)


@pytest.mark.parametrize("border", sorted(PAD))
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_kernel_larger_than_the_image(dtype, border):
    image = large((3, 5), dtype)
    kernel = np.random.default_rng(3).integers(-9, 10, (31, 30))
    expected = reference(convolve, image, kernel, border)
    assert_close(convolve(image, kernel, border=border, dtype="float32"), expected, image, kernel)


@settings(max_examples=12)
@given(images(dtypes=[np.float32], channels=(None, 3), min_side=1), kernels(), borders, st.data())
def test_nan_and_infinity_reach_as_far_as_the_kernel(image, kernel, border, data):
    """What a broken pixel touches is not finite; everything else is as if it were not there."""
    image = image.copy()
    image[data.draw(st.integers(0, len(image) - 1)), 0] = data.draw(
        st.sampled_from([np.nan, np.inf, -np.inf])
    )
    actual = correlate(image, kernel, border=border)
    with np.errstate(invalid="ignore"):
        expected = reference(correlate, image, kernel, border)
    np.testing.assert_array_equal(np.isfinite(actual), np.isfinite(expected))
    finite = np.isfinite(expected)
    good = image[np.isfinite(image)]
    assert_close(actual[finite], expected[finite], good, kernel)


@pytest.mark.parametrize("value", [0.5, 1.5, 2.5, 253.5, 254.5, 300, -3])
def test_ties_go_to_the_even_number(value):
    image = np.ones((4, 40), np.uint8)
    for dtype in ("uint8", "int16"):
        expected = rounded(np.full(image.shape, value), dtype)
        np.testing.assert_array_equal(correlate(image, [[value]], dtype=dtype), expected)


@pytest.mark.parametrize("n", [2, 3, 6, 9, 14, 25, 49, 1000])
def test_a_mean_is_divided_once(n):
    """Whole numbers over any number give the nearest whole number, ties to even."""
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image[:, 1::2] = image[:, ::2]  # every window of the first columns sees one value twice
    weights = np.array([[3, 0, n - 3 if n > 3 else 1]])
    actual = correlate(image, weights / n, border="replicate")
    padded = np.pad(image.astype(int), ((0, 0), (1, 1)), "edge")
    total = weights[0, 0] * padded[:, :-2] + weights[0, 2] * padded[:, 2:]
    np.testing.assert_array_equal(actual, rounded(total / n, "uint8"))


@pytest.mark.parametrize("kernel", [np.full((31, 31), 8000), np.full((5, 5), 2**22 + 1)])
def test_weights_too_large_for_whole_numbers(kernel):
    image = large((40, 40))
    expected = reference(correlate, image, kernel, "reflect")
    actual = correlate(image, kernel, border="reflect", dtype="float32")
    assert_close(actual, expected, image, kernel)


def test_zeros_give_zeros():
    assert not correlate(large((20, 30)), np.zeros((3, 3))).any()


def test_kernel_in_any_layout():
    image = large((20, 30))
    kernel = np.random.default_rng(4).integers(-9, 10, (5, 4))
    expected = correlate(image, kernel)
    for other in (kernel.tolist(), np.asfortranarray(kernel), kernel[::-1, ::-1].copy()[::-1, ::-1],
                  kernel.astype(np.int8), kernel.astype(">f4"), unaligned(kernel)):  # fmt: skip
        np.testing.assert_array_equal(correlate(image, other), expected)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_out_is_written_and_returned(dtype):
    image = large((9, 40, 3))
    frame = np.full((11, 50, 3), 99, dtype)
    out = frame[1:10, 5:45]
    kernel = np.arange(9).reshape(3, 3) / 36
    assert convolve(image, kernel, dtype=dtype, out=out) is out
    np.testing.assert_array_equal(out, convolve(image, kernel, dtype=dtype))
    assert (frame[[0, -1]] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 45:] == 99).all()


@pytest.mark.parametrize(
    ("kernel", "arguments", "error", "message"),
    [
        ([1, 2, 3], {}, ValueError, r"^kernel must have shape \(h, w\), got \(3,\)"),
        (5, {}, ValueError, r"^kernel must have shape"),
        (np.zeros((0, 3)), {}, ValueError, "^kernel must have sides from 1 to 255, got 0 x 3"),
        (np.zeros((3, 256)), {}, ValueError, "^kernel must have sides from 1 to 255"),
        ([[np.nan]], {}, ValueError, "^kernel must hold numbers that float32 holds, got nan"),
        ([[np.inf]], {}, ValueError, "^kernel must hold numbers"),
        ([[1e39]], {}, ValueError, "^kernel must hold numbers"),
        ([["a"]], {}, TypeError, "^kernel must hold numbers"),
        ([[1j]], {}, TypeError, "^kernel must hold numbers"),
        ([[1]], {"border": "mirror"}, ValueError, "^border must be"),
        ([[1]], {"border": 1}, TypeError, "^border must be"),
        ([[1]], {"dtype": "float64"}, TypeError, "^dtype must be uint8 or int16 or float32"),
        ([[1]], {"dtype": "pixels"}, TypeError, "^dtype must be a dtype or None"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize("function", [correlate, convolve])
def test_refuses_what_makes_no_sense(function, shape, kernel, arguments, error, message):
    """An empty image is no excuse for a wrong parameter."""
    with pytest.raises(error, match=message):
        function(np.zeros(shape, np.uint8), kernel, **arguments)


def test_refuses_integers_from_floats():
    with pytest.raises(TypeError, match=r"^dtype must be float32 for a float32 image"):
        correlate(np.zeros((4, 4), np.float32), [[1]], dtype="uint8")

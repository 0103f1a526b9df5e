import cv2
import numpy as np
import pytest
import scipy.ndimage
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from imgmine.filters import gaussian_blur

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
SCIPY = {
    "reflect101": "mirror",
    "reflect": "reflect",
    "replicate": "nearest",
    "wrap": "wrap",
    "constant": "constant",
}
CLASSIC = {
    1: [256],
    3: [64, 128, 64],
    5: [16, 64, 96, 64, 16],
    7: [8, 28, 56, 72, 56, 28, 8],
    9: [4, 13, 30, 51, 60, 51, 30, 13, 4],
}

borders = st.sampled_from(sorted(PAD))
sigmas = st.floats(0.1, 4)
ksizes = st.integers(0, 15).map(lambda n: 2 * n + 1)
kernels = st.one_of(
    st.tuples(sigmas, st.none()), st.tuples(st.none(), ksizes), st.tuples(sigmas, ksizes)
)


def weights(sigma, ksize, dtype):
    """Sample and normalize, by OpenCV's rule where a parameter is missing."""
    if sigma is None and ksize in CLASSIC:
        return np.array(CLASSIC[ksize]) / 256
    if ksize is None:
        ksize = round(sigma * (6 if dtype == np.uint8 else 8) + 1) | 1
    if sigma is None:
        sigma = 0.3 * ((ksize - 1) / 2 - 1) + 0.8
    taps = np.exp(-0.5 * ((np.arange(ksize) - ksize // 2) / sigma) ** 2)
    return taps / taps.sum()


def whole_weights(taps):
    """In units of 1/256; what rounding takes from a weight is given to the next one inwards."""
    middle = len(taps) // 2
    whole, error = np.zeros(len(taps), np.int64), 0.0
    for i in range(middle):
        wanted = 256 * taps[i] + error
        whole[i] = whole[-1 - i] = np.rint(wanted)
        error = wanted - whole[i]
    whole[middle] = 256 - 2 * whole[:middle].sum()
    return whole


def correlate(image, taps, axis, border):
    """Pad, weigh, add."""
    size, radius = image.shape[axis], len(taps) // 2
    width = [(0, 0)] * image.ndim
    width[axis] = (radius, radius)
    padded = np.pad(image, width, mode=PAD[border])
    return sum(tap * padded.take(range(k, k + size), axis) for k, tap in enumerate(taps))


def reference(image, sigma, ksize, border):
    if image.size == 0:
        return image
    taps = weights(sigma, ksize, image.dtype)
    if image.dtype != np.uint8:
        rows = correlate(image.astype(np.float64), taps, 1, border)
        return correlate(rows, taps, 0, border)
    taps = whole_weights(taps)
    rows = correlate(image.astype(np.int64), taps, 1, border)
    return (correlate(rows, taps, 0, border) + 2**15) >> 16


@given(images(), kernels, borders)
def test_matches_reference(image, kernel, border):
    sigma, ksize = kernel
    actual = gaussian_blur(image, sigma, ksize=ksize, border=border)
    expected = reference(image, sigma, ksize, border)
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        np.testing.assert_array_equal(actual, expected)
    else:
        scale = np.abs(image).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * scale)


@given(images(dtypes=[np.uint8], channels=(None, 1, 3, 4), min_side=1), kernels, st.data())
def test_uint8_equals_opencv(image, kernel, data):
    sigma, ksize = kernel
    border = data.draw(st.sampled_from(sorted(OPENCV)))
    peer = cv2.GaussianBlur(
        image.copy(), (ksize or 0,) * 2, sigma or 0, borderType=OPENCV[border]
    ).reshape(image.shape)
    actual = gaussian_blur(image, sigma, ksize=ksize, border=border)
    np.testing.assert_array_equal(actual, peer)


@given(images(dtypes=[np.float32], channels=(None, 3), min_side=1), kernels, st.data())
def test_float_follows_opencv(image, kernel, data):
    sigma, ksize = kernel
    border = data.draw(st.sampled_from(sorted(OPENCV)))
    peer = cv2.GaussianBlur(
        image.copy(), (ksize or 0,) * 2, sigma or 0, borderType=OPENCV[border]
    ).reshape(image.shape)
    actual = gaussian_blur(image, sigma, ksize=ksize, border=border)
    np.testing.assert_allclose(actual, peer, rtol=1e-5, atol=1e-5 * np.abs(image).max())


@given(images(dtypes=[np.uint8]), kernels, borders, st.sampled_from([0, 1]))
def test_flips_with_the_image(image, kernel, border, axis):
    sigma, ksize = kernel
    flipped = gaussian_blur(np.flip(image, axis), sigma, ksize=ksize, border=border)
    plain = gaussian_blur(image, sigma, ksize=ksize, border=border)
    np.testing.assert_array_equal(flipped, np.flip(plain, axis))


@given(st.integers(0, 255), st.integers(1, 30), kernels, borders)
def test_flat_stays_flat(value, side, kernel, border):
    assume(border != "constant")
    image = np.full((side, 2 * side), value, np.uint8)
    assert (gaussian_blur(image, kernel[0], ksize=kernel[1], border=border) == value).all()


@given(images(dtypes=[np.float32], channels=(None, 3), min_side=1), ksizes, borders, st.data())
def test_nan_and_infinity_reach_as_far_as_the_kernel(image, ksize, border, data):
    """What a broken pixel touches is not finite; everything else is as if it were not there."""
    image = image.copy()
    image[data.draw(st.integers(0, len(image) - 1)), 0] = data.draw(
        st.sampled_from([np.nan, np.inf, -np.inf])
    )
    actual = gaussian_blur(image, ksize=ksize, border=border)
    with np.errstate(invalid="ignore"):
        expected = reference(image, None, ksize, border)
    np.testing.assert_array_equal(np.isfinite(actual), np.isfinite(expected))
    scale = np.abs(image[np.isfinite(image)]).max(initial=0)
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("border", sorted(PAD))
def test_kernel_larger_than_the_image(dtype, border):
    """The border rule holds however far outside: the image is met again and again."""
    image = large((3, 5), dtype)
    actual = gaussian_blur(image, 8, ksize=51, border=border)
    np.testing.assert_allclose(actual, reference(image, 8, 51, border), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("ksize", [5, 9])
def test_threads_share_the_rows(dtype, ksize):
    image = large((801, 701), dtype)
    actual = gaussian_blur(image, ksize=ksize, border="wrap")
    expected = reference(image, None, ksize, "wrap")
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=0 if dtype == np.uint8 else 1e-3)


@pytest.mark.parametrize("sigma", [10, 33.3, 100])
def test_wide_kernels(sigma):
    image = large((40, 60))
    actual = gaussian_blur(image, sigma, method="exact")
    np.testing.assert_array_equal(actual, reference(image, sigma, None, "reflect101"))
    image = image.astype(np.float32)
    expected = reference(image, sigma, None, "reflect101")
    actual = gaussian_blur(image, sigma, method="exact")
    np.testing.assert_allclose(actual, expected, rtol=1e-5)


def board(shape, side):
    """Black and white squares: an approximation errs most at their edges."""
    squares = np.add.outer(np.arange(shape[0]) // side, np.arange(shape[1]) // side) % 2 * 255
    return np.repeat(squares[..., np.newaxis], shape[2], 2) if len(shape) == 3 else squares


def wide_gaussian(image, sigma, border):
    """Every tap out to 4 sigma, in float64, whatever the dtype."""
    taps = weights(sigma, 2 * int(np.ceil(4 * sigma)) + 1, np.float32)
    mode = SCIPY[border]
    rows = scipy.ndimage.correlate1d(image.astype(np.float64), taps, 1, mode=mode)
    return scipy.ndimage.correlate1d(rows, taps, 0, mode=mode)


@settings(max_examples=10)
@given(st.floats(10, 60), borders, st.sampled_from([(97, 141), (60, 50, 3), (40, 30, 5), (1, 90)]),
       st.integers(8, 120), st.booleans())  # fmt: skip
def test_fast_is_near_the_gaussian(sigma, border, shape, side, noise):
    image = large(shape) if noise else board(shape, side).astype(np.uint8)
    expected = wide_gaussian(image, sigma, border)
    actual = gaussian_blur(image, sigma, border=border, method="fast")
    assert np.abs(actual - np.rint(expected)).max() <= 1
    floats = gaussian_blur(image.astype(np.float32), sigma, border=border, method="fast")
    assert np.abs(floats - expected).max() <= 0.002 * 255


@pytest.mark.parametrize("border", ["wrap", "reflect101", "constant"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(30, 33001), (600, 130), (20, 9001, 4)])
def test_fast_in_tiles_and_threads(dtype, shape, border):
    """A part of the image far from its edges is what the whole has there."""
    image = large(shape, dtype)
    expected = wide_gaussian(image, 12, border)
    actual = gaussian_blur(image, 12, border=border)
    assert np.abs(actual - expected).max() <= (1 if dtype == np.uint8 else 0.002 * 300)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_auto_is_fast_from_sigma_10_on(dtype):
    image = large((50, 70, 3), dtype)
    for sigma in (1, 9.99):
        exact = gaussian_blur(image, sigma, method="exact")
        np.testing.assert_array_equal(gaussian_blur(image, sigma), exact)
        np.testing.assert_array_equal(gaussian_blur(image, sigma, method="fast"), exact)
    fast = gaussian_blur(image, 10, method="fast")
    assert (fast != gaussian_blur(image, 10, method="exact")).any()
    np.testing.assert_array_equal(gaussian_blur(image, 10), fast)
    with_ksize = gaussian_blur(image, 10, ksize=61)
    np.testing.assert_array_equal(with_ksize, gaussian_blur(image, 10, ksize=61, method="exact"))


def test_fast_keeps_flat_images_flat():
    for value in (0, 1, 77, 255):
        image = np.full((40, 50), value, np.uint8)
        assert (gaussian_blur(image, 33) == value).all()


def test_fast_nan_reaches_no_further_than_the_kernel():
    image = np.ones((200, 180), np.float32)
    image[100, 90] = np.nan
    actual = gaussian_blur(image, 10)
    assert np.isnan(actual[98:103, 88:93]).all()
    apart = np.maximum.outer(np.abs(np.arange(200) - 100), np.abs(np.arange(180) - 90))
    assert np.isfinite(actual[apart > 46]).all()


@pytest.mark.parametrize("sigma", [1e-300, 1e-5])
@pytest.mark.parametrize("ksize", [None, 7])
def test_a_tiny_sigma_changes_nothing(sigma, ksize):
    image = large((20, 30))
    np.testing.assert_array_equal(gaussian_blur(image, sigma, ksize=ksize), image)


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    frame = np.full((11, 50, 3), 99, np.uint8)
    out = frame[1:10, 5:45]
    assert gaussian_blur(image, 1.5, out=out) is out
    np.testing.assert_array_equal(out, gaussian_blur(image, 1.5))
    assert (frame[[0, -1]] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 45:] == 99).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "^sigma or ksize must be given"),
        ({"sigma": 0}, "^sigma must be finite and positive"),
        ({"sigma": -1}, "^sigma must be finite and positive"),
        ({"sigma": np.nan}, "^sigma must be finite and positive"),
        ({"sigma": np.inf}, "^sigma must be finite and positive"),
        ({"sigma": 1e9}, "^sigma must give a kernel of at most 65535 taps"),
        ({"sigma": 1e308}, "^sigma must give a kernel of at most 65535 taps"),
        ({"sigma": -1, "ksize": 3}, "^sigma must be finite and positive"),
        ({"ksize": 0}, "^ksize must be odd"),
        ({"ksize": 4}, "^ksize must be odd"),
        ({"ksize": -3}, "^ksize must be odd"),
        ({"ksize": 65537}, "^ksize must be odd"),
        ({"ksize": 2**40 + 1}, "^ksize must be below"),
        ({"sigma": 1, "border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
        ({"sigma": 1, "border": ""}, "^border must be"),
        ({"sigma": 1, "method": "best"}, "^method must be 'auto', 'exact' or 'fast', got 'best'"),
        ({"sigma": 20, "ksize": 9, "method": "fast"}, "^ksize must not be given with method"),
        ({"ksize": 9, "method": "fast"}, "^ksize must not be given with method 'fast'"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    """An empty image is no excuse for a wrong parameter."""
    with pytest.raises(ValueError, match=message):
        gaussian_blur(np.zeros(shape, np.uint8), **arguments)

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import unsharp_mask
from imgmine.filters import gaussian_blur

from ..strategies import borders, images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

OPENCV = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
}
sigmas = st.floats(0.2, 4)
amounts = st.floats(-2, 10)


def reference(image, sigma, amount, threshold=0, border="reflect101"):
    """Apply the definition to the blurred image, which has tests of its own."""
    blurred = gaussian_blur(image, sigma, border=border, method="exact")
    x = image.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = x - blurred
        sharp = np.where(np.abs(difference) < threshold, x, x + amount * difference)
    if image.dtype == np.uint8:
        sharp = np.clip(np.rint(sharp), 0, 255)
    return sharp


def check(actual, image, expected):
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:  # a product with a float32 may fall on the other side of a tie
        assert np.abs(actual - expected).max(initial=0) <= 1
        assert (actual != expected).mean() <= 0.001 if image.size else True
    else:
        scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * scale)


@given(images(), sigmas, st.sampled_from([-1, 0, 0.5, 1, 1.75, 9]), st.integers(0, 40), borders)
def test_matches_reference(image, sigma, amount, threshold, border):
    actual = unsharp_mask(image, sigma, amount, threshold=threshold, border=border)
    check(actual, image, reference(image, sigma, amount, threshold, border))


@given(images(channels=(None, 1, 3, 4), min_side=1), sigmas, amounts, st.sampled_from(list(OPENCV)))
def test_follows_opencv(image, sigma, amount, border):
    image = np.ascontiguousarray(image)
    blurred = cv2.GaussianBlur(image, (0, 0), sigma, borderType=OPENCV[border]).reshape(image.shape)
    peer = cv2.addWeighted(image, 1 + amount, blurred, -amount, 0).reshape(image.shape)
    actual = unsharp_mask(image, sigma, amount, border=border)
    if image.dtype == np.uint8:
        assert cv2.absdiff(actual, peer).max() <= 1
    else:
        scale = (1 + abs(amount)) * np.abs(image).max()
        np.testing.assert_allclose(actual, peer, rtol=1e-5, atol=1e-5 * scale)


@given(images(), sigmas)
def test_nothing_added_changes_nothing(image, sigma):
    np.testing.assert_array_equal(unsharp_mask(image, sigma, 0), image)
    np.testing.assert_array_equal(unsharp_mask(image, sigma, threshold=3e38), image)


@given(images(dtypes=[np.uint8]), sigmas)
def test_minus_one_blurs(image, sigma):
    blurred = gaussian_blur(image, sigma, method="exact")
    np.testing.assert_array_equal(unsharp_mask(image, sigma, -1), blurred)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(801, 701), (300, 500, 3), (6, 40001)])
@pytest.mark.parametrize("sigma", [0.6, 2])
def test_threads_and_tiles_share_the_image(dtype, shape, sigma):
    image = large(shape, dtype)
    check(unsharp_mask(image, sigma, 1.5, threshold=20), image, reference(image, sigma, 1.5, 20))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_reaches_as_far_as_the_kernel(value):
    image = large((30, 40), np.float32)
    clean = unsharp_mask(image, 1)
    image[12, 20] = value
    actual = unsharp_mask(image, 1, threshold=1e3)
    touched = np.zeros(image.shape, bool)
    touched[8:17, 16:25] = True
    np.testing.assert_array_equal(np.isfinite(actual), ~touched)
    np.testing.assert_array_equal(unsharp_mask(image, 1)[~touched], clean[~touched])


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.zeros_like(image)
    assert unsharp_mask(image, 1.5, out=out) is out
    np.testing.assert_array_equal(out, unsharp_mask(image, 1.5))


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"sigma": 0}, ValueError, "^sigma must be finite and positive"),
        ({"sigma": np.nan}, ValueError, "^sigma must be finite and positive"),
        ({"sigma": None}, TypeError, "^sigma must be a number, got NoneType"),
        ({"amount": np.inf}, ValueError, "^amount must be finite"),
        ({"amount": 1e39}, ValueError, "^amount must be finite and below"),
        ({"amount": "1"}, TypeError, "^amount must be a number"),
        ({"threshold": -1}, ValueError, "^threshold must be finite and not negative"),
        ({"threshold": np.nan}, ValueError, "^threshold must be finite and not negative"),
        ({"border": "mirror"}, ValueError, "^border must be 'reflect101'"),
    ],
)
def test_refuses_bad_arguments(shape, arguments, error, message):
    with pytest.raises(error, match=message):
        unsharp_mask(np.zeros(shape, np.uint8), **arguments)

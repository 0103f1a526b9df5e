import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import median_blur
from numpy.lib.stride_tricks import sliding_window_view
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
SCIPY = {"reflect101": "mirror", "replicate": "nearest", "wrap": "wrap", "constant": "constant"}

borders = st.sampled_from(sorted(PAD))
NETWORKS = (1, 3, 5, 7, 9, 11)


def reference(image, ksize, border):
    """Pad, sort each window (NaN comes last), take the middle."""
    if image.size == 0:
        return image
    r = ksize // 2
    padded = np.pad(image, [(r, r), (r, r)] + [(0, 0)] * (image.ndim - 2), mode=PAD[border])
    windows = sliding_window_view(padded, (ksize, ksize), axis=(0, 1))
    return np.sort(windows.reshape(*image.shape, -1), axis=-1)[..., ksize * ksize // 2]


@settings(max_examples=20)
@given(images(), st.sampled_from(NETWORKS), borders)
def test_matches_reference(image, ksize, border):
    actual = median_blur(image, ksize, border=border)
    assert actual.dtype == image.dtype
    np.testing.assert_array_equal(actual, reference(image, ksize, border))


@settings(max_examples=6)
@given(images(channels=(None, 3)), st.sampled_from([13, 17, 23, 25, 31, 33, 41]), borders)
def test_large_windows_match_reference(image, ksize, border):
    image = image[:9, :40]
    actual = median_blur(image, ksize, border=border)
    np.testing.assert_array_equal(actual, reference(image, ksize, border))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("ksize", [3, 5, 9, 23])
@pytest.mark.parametrize("shape", [(31, 203), (20, 37, 3)])
def test_equals_scipy(dtype, ksize, shape):
    image = large(shape, dtype)
    if ksize > 7:
        image = image[:20, :90]
    size = (ksize, ksize, 1)[: image.ndim]
    for border in ("reflect101",) if ksize > 7 else SCIPY:
        expected = ndimage.median_filter(image, size, mode=SCIPY[border])
        np.testing.assert_array_equal(median_blur(image, ksize, border=border), expected)


@pytest.mark.parametrize("ksize", [3, 5, 7, 9, 15, 23, 25, 101, 255])
@pytest.mark.parametrize("channels", [1, 3])
def test_uint8_equals_opencv(ksize, channels):
    image = large((200, 331, channels))
    image = cv2.GaussianBlur(image, (0, 0), 3)  # so that medians move through many values
    image = cv2.normalize(image, None, 0, 255, cv2.NORM_MINMAX).reshape(200, 331, channels)
    actual = median_blur(image, ksize, border="replicate")
    np.testing.assert_array_equal(actual, cv2.medianBlur(image, ksize).reshape(image.shape))


@pytest.mark.parametrize("ksize", [3, 5])
def test_float_equals_opencv(ksize):
    image = large((90, 331, 3), np.float32)
    actual = median_blur(image, ksize, border="replicate")
    np.testing.assert_array_equal(actual, cv2.medianBlur(image, ksize))


@pytest.mark.parametrize("ksize", [7, 33, 101])
def test_float_and_uint8_agree(ksize):
    """Floats have other ways for large windows than bytes."""
    image = large((130, 150))
    as_float = median_blur(image.astype(np.float32), ksize)
    np.testing.assert_array_equal(as_float, median_blur(image, ksize))


@pytest.mark.parametrize("ksize", [3, 5, 7, 33])
def test_threads_share_the_rows(ksize):
    image = large((801, 701) if ksize < 33 else (301, 251))
    actual = median_blur(image, ksize, border="replicate")
    np.testing.assert_array_equal(actual, cv2.medianBlur(image, ksize))


def test_tiles_of_wide_images_meet():
    image = large((9, 5000))
    for ksize in (3, 5, 9, 25):
        expected = cv2.medianBlur(image, ksize)
        np.testing.assert_array_equal(median_blur(image, ksize, border="replicate"), expected)


@settings(max_examples=12)
@given(images(dtypes=[np.float32], min_side=1), st.sampled_from([3, 5, 7]), borders, st.data())
def test_nan_is_above_infinity(image, ksize, border, data):
    image = image.copy()
    special = st.sampled_from([np.nan, -np.nan, np.inf, -np.inf])
    for _ in range(data.draw(st.integers(1, 8))):
        y, x = (data.draw(st.integers(0, n - 1)) for n in image.shape[:2])
        image[y, x] = data.draw(special)
    actual = median_blur(image, ksize, border=border)
    np.testing.assert_array_equal(actual, reference(image, ksize, border))


def test_nan_in_large_windows():
    image = large((20, 30), np.float32)
    image[5:9] = np.nan
    image[12, 3] = -np.inf
    for ksize in (31, 33):
        expected = reference(image, ksize, "reflect")
        np.testing.assert_array_equal(median_blur(image, ksize, border="reflect"), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("ksize", [3, 5, 9, 35])
def test_out_is_written_and_returned(dtype, ksize):
    image = large((9, 70, 3), dtype)
    frame = np.full((11, 80, 3), 99, dtype)
    out = frame[1:10, 5:75]
    assert median_blur(image, ksize, out=out) is out
    np.testing.assert_array_equal(out, median_blur(image, ksize))
    assert (frame[[0, -1]] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 75:] == 99).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ksize": 0}, "^ksize must be odd, positive and at most 255, got 0"),
        ({"ksize": 4}, "^ksize must be odd"),
        ({"ksize": -3}, "^ksize must be odd"),
        ({"ksize": 257}, "^ksize must be odd"),
        ({"ksize": 3, "border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    """An empty image is no excuse for a wrong parameter."""
    with pytest.raises(ValueError, match=message):
        median_blur(np.zeros(shape, np.uint8), **arguments)


@pytest.mark.parametrize("ksize", [3.0, "3", True, None])
def test_refuses_other_kinds(ksize):
    with pytest.raises(TypeError, match=r"^ksize must be a whole number"):
        median_blur(np.zeros((4, 4), np.uint8), ksize)

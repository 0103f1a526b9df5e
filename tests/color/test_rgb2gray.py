import cv2
import numpy as np
import pytest
from hypothesis import given
from imgmine.color import rgb2gray

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

rgb_images = images(channels=(3, 4))


def reference(image):
    """BT.601: for uint8 its documented fixed-point form, in integers that cannot overflow."""
    r, g, b = (image[..., c] for c in range(3))
    if image.dtype == np.uint8:
        r, g, b = (channel.astype(np.int64) for channel in (r, g, b))
        return (9798 * r + 19235 * g + 3735 * b + 16384) >> 15
    r, g, b = (channel.astype(np.float64) for channel in (r, g, b))
    return 0.299 * r + 0.587 * g + 0.114 * b


@given(rgb_images)
def test_matches_reference(image):
    gray = rgb2gray(image)
    assert gray.dtype == image.dtype
    assert gray.shape == image.shape[:2]
    if image.dtype == np.uint8:
        np.testing.assert_array_equal(gray, reference(image))
    else:
        largest = np.abs(image).max(initial=0)
        np.testing.assert_allclose(gray, reference(image), rtol=0, atol=3e-7 * largest)


@given(images(dtypes=[np.uint8], channels=(3, 4), min_side=1))
def test_matches_opencv(image):
    code = cv2.COLOR_RGB2GRAY if image.shape[2] == 3 else cv2.COLOR_RGBA2GRAY
    np.testing.assert_array_equal(rgb2gray(image), cv2.cvtColor(image.copy(), code))


def test_gray_stays_gray():
    """The weights sum to one: a gray pixel keeps its value."""
    values = np.arange(256, dtype=np.uint8)
    pixels = np.repeat(values[np.newaxis, :, np.newaxis], 3, axis=2)
    np.testing.assert_array_equal(rgb2gray(pixels)[0], values)


@pytest.mark.parametrize("channels", [3, 4])
def test_every_red_and_green(channels):
    """Both channels through all their values, past the end of every register."""
    image = np.zeros((256, 256, channels), np.uint8)
    image[..., 0], image[..., 1] = np.meshgrid(np.arange(256), np.arange(256))
    image[..., 2:] = 77
    np.testing.assert_array_equal(rgb2gray(image), reference(image))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_threads_share_the_rows(dtype):
    image = large((1500, 1201, 3), dtype)
    np.testing.assert_allclose(rgb2gray(image), reference(image), rtol=0, atol=2e-4)


def test_float_follows_ieee():
    image = np.array([[[np.nan, 1, 1], [np.inf, 1, 1], [np.inf, -np.inf, 0]]], np.float32)
    np.testing.assert_array_equal(rgb2gray(image), [[np.nan, np.inf, np.nan]])


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    frame = np.full((11, 50), 99, np.uint8)
    out = frame[1:10, 5:45]
    assert rgb2gray(image, out=out) is out
    np.testing.assert_array_equal(out, reference(image))
    assert (frame == 99).sum() >= frame.size - out.size
    assert (frame[[0, -1]] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 45:] == 99).all()


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 1), (4, 4, 2), (4, 4, 5)])
def test_refuses_other_channels(shape):
    with pytest.raises(ValueError, match=r"^image must have"):
        rgb2gray(np.zeros(shape, np.uint8))

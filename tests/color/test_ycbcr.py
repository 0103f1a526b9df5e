import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.color import rgb2gray, rgb2ycbcr, ycbcr2rgb
from PIL import Image

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

BOTH = pytest.mark.parametrize("convert", [rgb2ycbcr, ycbcr2rgb])
SWAPPED = [0, 2, 1]  # OpenCV has Cr before Cb


def reference(rgb):
    """JPEG's luma and color differences."""
    r, g, b = np.moveaxis(rgb.astype(np.float64), -1, 0)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return np.stack([y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128], -1)


def inverse(ycbcr):
    """Invert it, without ends."""
    y, cb, cr = np.moveaxis(ycbcr.astype(np.float64), -1, 0)
    r, b = y + 1.402 * (cr - 128), y + 1.772 * (cb - 128)
    return np.stack([r, (y - 0.299 * r - 0.114 * b) / 0.587, b], -1)


def every_pair(third):
    """Two channels through all their values."""
    image = np.full((256, 256, 3), third, np.uint8)
    image[..., 0], image[..., 1] = np.meshgrid(np.arange(256), np.arange(256))
    return image


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_is_the_nearest(image):
    ycbcr = rgb2ycbcr(image)
    assert ycbcr.shape == image.shape
    assert ycbcr.dtype == np.uint8
    exact = np.minimum(reference(image), 255)
    assert np.abs(ycbcr - exact).max(initial=0) <= 0.51
    np.testing.assert_array_equal(ycbcr[..., 0], rgb2gray(image))


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_inverse_is_the_nearest(image):
    exact = np.clip(inverse(image), 0, 255)
    assert np.abs(ycbcr2rgb(image) - exact).max(initial=0) <= 0.52


@pytest.mark.parametrize("third", [0, 1, 77, 128, 255])
def test_every_pair_matches_peers(third):
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        image = np.ascontiguousarray(every_pair(third)[..., order])
        ycbcr, rgb = rgb2ycbcr(image).astype(int), ycbcr2rgb(image).astype(int)
        opencv = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)[..., SWAPPED]
        assert np.abs(ycbcr - opencv).max() <= 1
        swapped = np.ascontiguousarray(image[..., SWAPPED])
        assert np.abs(rgb - cv2.cvtColor(swapped, cv2.COLOR_YCrCb2RGB)).max() <= 1
        pillow = Image.fromarray(image).convert("YCbCr")
        assert np.abs(ycbcr - np.asarray(pillow)).max() <= 1
        pillow = Image.frombytes("YCbCr", (256, 256), image.tobytes()).convert("RGB")
        assert np.abs(rgb - np.asarray(pillow)).max() <= 1
        assert np.abs(ycbcr - np.minimum(reference(image), 255)).max() <= 0.51
        assert np.abs(rgb - np.clip(inverse(image), 0, 255)).max() <= 0.52


@settings(max_examples=25)
@given(images(dtypes=[np.float32], channels=[3]))
def test_float_matches_reference(image):
    size = np.abs(image).max(initial=255)
    np.testing.assert_allclose(rgb2ycbcr(image), reference(image), rtol=0, atol=1e-6 * size)
    np.testing.assert_allclose(ycbcr2rgb(image), inverse(image), rtol=0, atol=1e-6 * size)


def test_float_matches_opencv_from_0_to_1():
    """Its factors have three digits, and it has no color at 127.5."""
    image = large((40, 50, 3)).astype(np.float32)
    theirs = 255 * cv2.cvtColor(image / 255, cv2.COLOR_RGB2YCrCb)[..., SWAPPED]
    np.testing.assert_allclose(rgb2ycbcr(image), np.add(theirs, [0, 0.5, 0.5]), atol=255 * 4e-4)


def test_round_trip():
    image = large((50, 60, 3))
    np.testing.assert_allclose(ycbcr2rgb(rgb2ycbcr(image.astype(np.float32))), image, atol=1e-3)
    assert np.abs(ycbcr2rgb(rgb2ycbcr(image)).astype(int) - image).max() <= 2


@BOTH
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_threads_share_the_rows(convert, dtype):
    """And the whole, which is written past the caches, equals its parts, which are not."""
    height = 3600 if dtype == np.uint8 else 1200
    image = np.resize(large((151, 1201, 3), dtype), (height, 1201, 3))
    rows = np.concatenate([convert(image[i : i + 97]) for i in range(0, height, 97)])
    np.testing.assert_array_equal(convert(image), rows)


def test_float_follows_ieee():
    image = np.array([[[np.inf, 1, 1], [1, 2, 3], [1, np.nan, 1]]], np.float32)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(rgb2ycbcr(image), reference(image), rtol=1e-6)


@BOTH
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_out_is_written_and_returned(convert, dtype):
    image = large((9, 43, 3)).astype(dtype)
    frame = np.full((11, 50, 3), 99, dtype)
    out = frame[1:10, 3:46]
    assert convert(image, out=out) is out
    np.testing.assert_array_equal(out, convert(image))
    frame[1:10, 3:46] = 99
    assert (frame == 99).all()


@BOTH
@pytest.mark.parametrize("shape", [(4, 4), (0, 4), (4, 4, 1), (4, 4, 4), (0, 4, 2)])
def test_refuses_other_channels(convert, shape):
    with pytest.raises(ValueError, match=r"^image must have 3 channels, got \d"):
        convert(np.zeros(shape, np.uint8))


@BOTH
def test_refuses_other_dtypes(convert):
    with pytest.raises(TypeError, match="image must be uint8 or float32, got float64"):
        convert(np.zeros((4, 4, 3)))

import colorsys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.color import hsv2rgb, rgb2hsv

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

BOTH = pytest.mark.parametrize("convert", [rgb2hsv, hsv2rgb])


def reference(rgb):
    """Apply the definition, with hue in degrees and saturation from 0 to 1."""
    rgb = rgb.astype(np.float64)
    r, g, b = (rgb[..., c] for c in range(3))
    high, span = rgb.max(-1), np.ptp(rgb, -1)
    by = np.where(span == 0, 1, span)
    hue = np.select([high == r, high == g], [(g - b) / by, (b - r) / by + 2], (r - g) / by + 4)
    size = np.where(high == 0, 1, np.abs(high))
    return np.stack([60 * hue % 360, span / size, high], -1)


def inverse(h, s, v):
    """Hue in degrees, saturation from 0 to 1."""

    def channel(start):
        k = (start + h / 60) % 6
        return v - v * s * np.clip(np.minimum(k, 4 - k), 0, 1)

    return np.stack([channel(5), channel(3), channel(1)], -1)


def every_pair(third):
    """Two channels through all their values."""
    image = np.full((256, 256, 3), third, np.uint8)
    image[..., 0], image[..., 1] = np.meshgrid(np.arange(256), np.arange(256))
    return image


def angle(a, b):
    """Difference of two hues."""
    return np.abs((a - b + 180) % 360 - 180)


@settings(max_examples=20)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_matches_opencv_and_reference(image):
    hsv = rgb2hsv(image)
    assert hsv.shape == image.shape
    assert hsv.dtype == np.uint8
    if image.size:
        expected = cv2.cvtColor(image.copy(), cv2.COLOR_RGB2HSV)
        np.testing.assert_array_equal(hsv, expected)
    h, s, v = np.moveaxis(reference(image), -1, 0)
    assert angle(hsv[..., 0] * 2.0, h).max(initial=0) <= 1.3
    assert np.abs(hsv[..., 1] - s * 255).max(initial=0) <= 0.53
    np.testing.assert_array_equal(hsv[..., 2], v)


@pytest.mark.parametrize("third", [0, 1, 2, 7, 77, 255])
def test_every_pair_matches_opencv(third):
    image = every_pair(third)
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        turned = np.ascontiguousarray(image[..., order])
        expected = cv2.cvtColor(turned, cv2.COLOR_RGB2HSV)
        np.testing.assert_array_equal(rgb2hsv(turned), expected)


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_inverse_is_the_nearest(image):
    exact = inverse(image[..., 0] * 2.0, image[..., 1] / 255.0, image[..., 2].astype(np.float64))
    rgb = hsv2rgb(image)
    assert np.abs(rgb - exact).max(initial=0) <= 0.5 + 1e-9
    if image.size:
        theirs = cv2.cvtColor(image.copy(), cv2.COLOR_HSV2RGB)
        assert np.abs(rgb.astype(int) - theirs).max() <= 1


@pytest.mark.parametrize("value", [1, 3, 100, 255])
def test_inverse_of_every_hue_and_saturation(value):
    image = every_pair(value)
    exact = inverse(image[..., 0] * 2.0, image[..., 1] / 255.0, image[..., 2].astype(np.float64))
    assert np.abs(hsv2rgb(image) - exact).max() <= 0.5 + 1e-9


@settings(max_examples=25)
@given(images(dtypes=[np.float32], channels=[3]))
def test_float_matches_reference(image):
    h, s, v = np.moveaxis(rgb2hsv(image), -1, 0)
    expected = np.moveaxis(reference(image), -1, 0)
    assert angle(h, expected[0]).max(initial=0) <= 1e-4
    np.testing.assert_allclose(s, expected[1], rtol=1e-6)
    np.testing.assert_array_equal(v, expected[2])


def test_float_matches_opencv_from_0_to_1():
    image = large((40, 50, 3)).astype(np.float32)
    theirs = cv2.cvtColor(image / 255, cv2.COLOR_RGB2HSV)
    ours = rgb2hsv(image)
    assert angle(ours[..., 0], theirs[..., 0]).max() <= 360 * 5e-5
    np.testing.assert_allclose(ours[..., 1], theirs[..., 1], atol=5e-5)
    np.testing.assert_allclose(ours[..., 2], theirs[..., 2] * 255, rtol=1e-6)
    theirs = cv2.cvtColor(ours * np.float32([1, 1, 1 / 255]), cv2.COLOR_HSV2RGB)
    np.testing.assert_allclose(hsv2rgb(ours), theirs * 255, atol=255e-5)


def test_float_matches_colorsys():
    image = large((5, 7, 3)).astype(np.float32)
    for rgb, hsv in zip(image.reshape(-1, 3), rgb2hsv(image).reshape(-1, 3), strict=True):
        h, s, v = colorsys.rgb_to_hsv(*(rgb / 255).astype(float))
        np.testing.assert_allclose(hsv, [h * 360, s, v * 255], rtol=1e-5)


@pytest.mark.parametrize("turns", [-3, -1, 0, 1, 100])
def test_float_hues_wrap(turns):
    h, s = np.meshgrid(np.linspace(0, 359, 97), np.linspace(0, 1, 5))
    hsv = np.stack([h + 360 * turns, s, np.full_like(h, 200)], -1).astype(np.float32)
    expected = inverse(*np.moveaxis(hsv.astype(np.float64), -1, 0))
    np.testing.assert_allclose(hsv2rgb(hsv), expected, atol=2e-3 * (1 + abs(turns)))


def test_round_trip():
    image = large((50, 60, 3)).astype(np.float32)
    np.testing.assert_allclose(hsv2rgb(rgb2hsv(image)), image, atol=2e-3)
    image = large((50, 60, 3))
    assert np.abs(hsv2rgb(rgb2hsv(image)).astype(int) - image).max() <= 5


@BOTH
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_threads_share_the_rows(convert, dtype):
    """And the whole, which is written past the caches, equals its parts, which are not."""
    height = 3600 if dtype == np.uint8 else 1200
    image = np.resize(large((151, 1201, 3), dtype), (height, 1201, 3))
    rows = np.concatenate([convert(image[i : i + 97]) for i in range(0, height, 97)])
    np.testing.assert_array_equal(convert(image), rows)


def test_bad_floats_stay_in_their_pixel():
    image = large((3, 40, 3)).astype(np.float32)
    expected = rgb2hsv(image)
    image[1, 5], image[1, 30, 0] = np.inf, np.nan
    right = np.ones(image.shape[:2], bool)
    right[1, 5] = right[1, 30] = False
    np.testing.assert_array_equal(rgb2hsv(image)[right], expected[right])
    assert np.isfinite(hsv2rgb(rgb2hsv(image))[right]).all()


@BOTH
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_out_is_written_and_returned(convert, dtype):
    image = np.abs(large((9, 43, 3))).astype(dtype)
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

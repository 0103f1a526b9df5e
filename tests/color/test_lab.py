import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.color import lab2rgb, rgb2lab
from skimage import color

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

BOTH = pytest.mark.parametrize("convert", [rgb2lab, lab2rgb])
TO_XYZ = np.array(
    [
        [0.412453, 0.357580, 0.180423],
        [0.212671, 0.715160, 0.072169],
        [0.019334, 0.119193, 0.950227],
    ]
)
WHITE = np.array([0.950456, 1.0, 1.088754])


def reference(rgb):
    """CIE L*a*b* of sRGB values from 0 to 255."""
    c = np.clip(rgb.astype(np.float64), 0, 255) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    t = linear @ TO_XYZ.T / WHITE
    x, y, z = np.moveaxis(np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def inverse(lab):
    """Values from 0 to 255 of L*, a* and b*."""
    light, a, b = np.moveaxis(lab.astype(np.float64), -1, 0)
    y = (light + 16) / 116
    f = np.stack([y + a / 500, y, y - b / 200], -1)
    t = np.where(f > 7.787 * 0.008856 + 16 / 116, f**3, (f - 16 / 116) / 7.787)
    linear = np.clip((t * WHITE) @ np.linalg.inv(TO_XYZ).T, 0, 1)
    curve = 1.055 * linear ** (1 / 2.4) - 0.055
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, curve)


def natural(lab):
    """Return what L*, a* and b* the bytes stand for."""
    return lab * [100 / 255, 1, 1] - [0, 128, 128]


def every_pair(third):
    """Two channels through all their values."""
    image = np.full((256, 256, 3), third, np.uint8)
    image[..., 0], image[..., 1] = np.meshgrid(np.arange(256), np.arange(256))
    return image


@settings(max_examples=20)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_matches_opencv_and_reference(image):
    lab = rgb2lab(image)
    assert lab.shape == image.shape
    assert lab.dtype == np.uint8
    exact = np.add(reference(image), [0, 128, 128]) * [255 / 100, 1, 1]
    assert np.abs(lab - exact).max(initial=0) < 2.6
    if image.size:
        theirs = cv2.cvtColor(image.copy(), cv2.COLOR_RGB2Lab)
        assert np.abs(lab.astype(int) - theirs).max() <= 1


@pytest.mark.parametrize("third", [0, 1, 77, 255])
def test_every_pair_matches_opencv(third):
    image = every_pair(third)
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        turned = np.ascontiguousarray(image[..., order])
        difference = rgb2lab(turned).astype(int) - cv2.cvtColor(turned, cv2.COLOR_RGB2Lab)
        assert np.abs(difference).max() <= 1
        assert (difference != 0).mean() < 1e-3


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_uint8_inverse_is_within_1(image):
    rgb = lab2rgb(image)
    assert np.abs(rgb - inverse(natural(image))).max(initial=0) < 0.65


@pytest.mark.parametrize("third", [0, 60, 128, 255])
def test_inverse_of_every_pair(third):
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        image = every_pair(third)[..., order]
        assert np.abs(lab2rgb(image) - inverse(natural(image))).max() < 0.65


def test_uint8_inverse_matches_opencv_in_gamut():
    """OpenCV itself is up to 2.5 off; most values are the same."""
    lab = rgb2lab(large((200, 200, 3)))
    difference = lab2rgb(lab).astype(int) - cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    assert np.abs(difference).max() <= 2
    assert (difference != 0).mean() < 0.1


@settings(max_examples=25)
@given(images(dtypes=[np.float32], channels=[3]))
def test_float_matches_reference(image):
    np.testing.assert_allclose(rgb2lab(image), reference(image), rtol=0, atol=1e-3)


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=[3]))
def test_float_inverse_matches_reference(image):
    lab = natural(image).astype(np.float32)
    np.testing.assert_allclose(lab2rgb(lab), inverse(lab), rtol=0, atol=255 * 2e-5)


def test_float_matches_peers():
    image = every_pair(99).astype(np.float32)
    lab = rgb2lab(image)
    np.testing.assert_allclose(lab, color.rgb2lab(image / 255.0), atol=0.02)
    np.testing.assert_allclose(lab, cv2.cvtColor(image / 255, cv2.COLOR_RGB2Lab), atol=0.5)
    theirs = 255 * cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)
    np.testing.assert_allclose(lab2rgb(lab), theirs, atol=0.1)


def test_round_trip():
    image = large((50, 60, 3))
    np.testing.assert_allclose(lab2rgb(rgb2lab(image.astype(np.float32))), image, atol=0.02)


def test_grays_have_no_color():
    values = np.repeat(np.arange(256)[np.newaxis, :, np.newaxis], 3, axis=2)
    assert (rgb2lab(values.astype(np.uint8))[..., 1:] == 128).all()
    np.testing.assert_allclose(rgb2lab(values.astype(np.float32))[..., 1:], 0, atol=1e-3)


@BOTH
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_threads_share_the_rows(convert, dtype):
    """And the whole, which is written past the caches, equals its parts, which are not."""
    height = 3600 if dtype == np.uint8 else 1200
    image = np.resize(large((151, 1201, 3), dtype), (height, 1201, 3))
    rows = np.concatenate([convert(image[i : i + 97]) for i in range(0, height, 97)])
    np.testing.assert_array_equal(convert(image), rows)


def test_floats_outside_count_as_the_nearer_end():
    pixels = [[-5, 300, 7], [np.nan, -np.inf, np.inf], [1e30, 128, -0.0]]
    inside = [[0, 255, 7], [0, 0, 255], [255, 128, 0]]
    np.testing.assert_array_equal(
        rgb2lab(np.array([pixels], np.float32)), rgb2lab(np.array([inside], np.float32))
    )


def test_inverse_of_any_float_is_a_color():
    pixels = [[np.nan, 0, 0], [50, np.inf, 0], [50, -np.inf, np.nan], [1e30, -1e30, 1e30]]
    rgb = lab2rgb(np.array([pixels], np.float32))
    assert ((rgb >= 0) & (rgb <= 255.001)).all()


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

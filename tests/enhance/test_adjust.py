import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import adjust, adjust_brightness, adjust_contrast, adjust_gamma
from PIL import Image, ImageEnhance
from skimage import exposure

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

settings = st.fixed_dictionaries(
    {
        "brightness": st.sampled_from([0, -40.5, 30, 1000]),
        "contrast": st.sampled_from([1, 0, 0.5, 1.7, -1]),
        "gamma": st.sampled_from([1, 0, 0.3, 0.45, 2, 2.2, 7.5]),
        "gain": st.sampled_from([1, 0, 0.9, 2]),
        "middle": st.sampled_from([None, 0, 128, 99.5]),
    }
)


def gray_mean(image):
    if image.ndim == 3 and image.shape[2] == 3:
        return image.mean((0, 1), np.float64) @ [0.299, 0.587, 0.114]
    return image.mean(dtype=np.float64)


def reference(image, brightness=0, contrast=1, gamma=1, gain=1, middle=None):
    if image.size == 0:
        return image
    middle = gray_mean(image) if middle is None else middle
    v = contrast * (image.astype(np.float64) - middle) + middle + brightness
    if gamma != 1:
        v = 255 * (np.maximum(v, 0) / 255) ** gamma
    return gain * v


def check(actual, image, expected, scale=255):
    """float32 to 1e-5, uint8 to the rounding of that."""
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        np.testing.assert_allclose(actual, np.clip(expected, 0, 255), atol=0.503)
    else:
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=2e-6 * scale)


@given(images(dtypes=[np.uint8]), settings)
def test_uint8_matches_reference(image, setting):
    check(adjust(image, **setting), image, reference(image, **setting))


@given(images(dtypes=[np.float32]), settings)
def test_float_matches_reference(image, setting):
    image = np.clip(image, -300, 600)
    before = setting | {"gamma": 1, "gain": 1}
    scale = 1 + np.abs(reference(image, **before)).max(initial=0)
    if setting["gamma"] < 1:  # the slope at zero is infinite
        image = np.where(np.abs(reference(image, **before)) < 0.1, 50, image).astype(np.float32)
        scale = 10 * scale
    expected = reference(image, **setting)
    scale = max(scale, np.abs(expected).max(initial=0))
    check(adjust(image, **setting), image, expected, 5 * scale)


@pytest.mark.parametrize("gamma", [0.01, 0.3, 0.45, 0.5, 1.5, 2.2, 4, 30])
def test_powers_are_precise(gamma):
    """From floats so small that a 255th is barely normal to those that nearly overflow."""
    image = np.geomspace(4e-36, 1e38 ** min(1, 1 / gamma), 4001).astype(np.float32)[None]
    expected = 255 * (image.astype(np.float64) / 255) ** gamma
    actual = adjust_gamma(image, gamma)
    usual = (expected > 1e-7) & (expected < 1e37)
    np.testing.assert_allclose(actual[usual], expected[usual], rtol=1e-5)
    np.testing.assert_allclose(actual[expected <= 1e-7], expected[expected <= 1e-7], atol=1e-9)


def test_special_values():
    image = np.float32([[0, -1, -np.inf, np.inf, np.nan, 255]])
    assert adjust_gamma(image, 2).tolist()[0][:4] == [0, 0, 0, np.inf]
    assert np.isnan(adjust_gamma(image, 2)[0, 4])
    assert adjust_gamma(image, 0).tolist()[0][:4] == [255] * 4
    assert np.isnan(adjust_gamma(image, 0)[0, 4])
    np.testing.assert_array_equal(adjust_gamma(image), image)
    np.testing.assert_array_equal(adjust_brightness(image, 0), image)


@given(images(dtypes=[np.uint8], channels=(None, 3), min_side=1), st.floats(0.1, 5))
def test_gamma_follows_scikit_image(image, gamma):
    peer = exposure.adjust_gamma(image.copy(), gamma)
    assert np.abs(adjust_gamma(image, gamma).astype(int) - peer).max() <= 1


@given(images(dtypes=[np.uint8], channels=(None, 3), min_side=1), st.sampled_from([0.4, 1, 1.8]))
def test_contrast_follows_pillow(image, factor):
    peer = np.asarray(ImageEnhance.Contrast(Image.fromarray(image.copy())).enhance(factor))
    assert np.abs(adjust_contrast(image, factor).astype(int) - peer).max() <= 2
    peer = np.asarray(ImageEnhance.Brightness(Image.fromarray(image.copy())).enhance(factor))
    assert np.abs(adjust_contrast(image, factor, middle=0).astype(int) - peer).max() <= 1


@given(images(), st.floats(-300, 300))
def test_brightness_adds(image, amount):
    scale = 300.0 + np.abs(image).max(initial=0)
    check(adjust_brightness(image, amount), image, image.astype(np.float64) + amount, scale)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(1001, 1301), (601, 701, 3)])
def test_threads_share_the_rows(dtype, shape):
    image = np.abs(large(shape, dtype))
    setting = {"brightness": 10, "contrast": 0.8, "gamma": 1.5, "gain": 1.1}
    check(adjust(image, **setting), image, reference(image, **setting), 1000)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_out_is_written_and_returned(dtype):
    image = large((9, 40, 3), dtype)
    out = np.empty((9, 50, 3), dtype)[:, 5:45]
    for call in (
        lambda **out: adjust(image, contrast=1.3, brightness=2, **out),
        lambda **out: adjust_brightness(image, 7, **out),
        lambda **out: adjust_contrast(image, 0.7, **out),
        lambda **out: adjust_gamma(image, 1.7, **out),
    ):
        assert call(out=out) is out
        np.testing.assert_array_equal(out, call())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"brightness": np.nan}, "^brightness must be finite, got"),
        ({"brightness": 1e300}, "^brightness must be finite, got"),
        ({"contrast": np.inf}, "^contrast must be finite, got"),
        ({"gamma": -0.1}, "^gamma must be finite and at least 0, got"),
        ({"gamma": np.inf}, "^gamma must be finite and at least 0, got"),
        ({"gain": -1}, "^gain must be finite and at least 0, got"),
        ({"middle": np.nan}, "^middle must be finite, got"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        adjust(np.zeros(shape, np.uint8), **arguments)


def test_names_the_argument():
    image = np.zeros((4, 4), np.uint8)
    with pytest.raises(TypeError, match=r"^amount must be a number"):
        adjust_brightness(image, "1")
    with pytest.raises(TypeError, match=r"^factor must be a number"):
        adjust_contrast(image, None)
    with pytest.raises(TypeError, match=r"^middle must be a number"):
        adjust_contrast(image, 1, middle="mean")
    with pytest.raises(TypeError, match=r"^gamma must be a number"):
        adjust_gamma(image, "2")

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import adjust_saturation
from PIL import Image, ImageEnhance

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

factors = st.sampled_from([0.0, 0.5, 1.0, 1.7, 3.0, -0.5])


def reference(image, factor):
    gray = (image.astype(float) @ [0.299, 0.587, 0.114])[..., np.newaxis]
    return gray + factor * (image - gray)


@given(images(channels=(3,)), factors)
def test_matches_reference(image, factor):
    actual = adjust_saturation(image, factor)
    assert actual.dtype == image.dtype
    expected = reference(image, factor)
    if image.dtype == np.uint8:
        np.testing.assert_allclose(actual, expected.clip(0, 255), atol=0.501)
    else:
        scale = np.abs(image).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * scale)


@given(images(dtypes=[np.uint8], channels=(3,), min_side=1), st.sampled_from([0.0, 0.5, 1.0, 1.7]))
def test_follows_pillow(image, factor):
    peer = np.asarray(ImageEnhance.Color(Image.fromarray(image.copy())).enhance(factor))
    assert np.abs(adjust_saturation(image, factor).astype(int) - peer).max() <= 2


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_threads_share_the_rows(dtype):
    image = large((601, 701, 3), dtype)
    expected = reference(image, 1.4)
    if dtype == np.uint8:
        np.testing.assert_allclose(adjust_saturation(image, 1.4), expected.clip(0, 255), atol=0.501)
    else:
        np.testing.assert_allclose(adjust_saturation(image, 1.4), expected, rtol=1e-5, atol=1e-2)


@given(images(channels=(3,)))
def test_one_changes_nothing_much(image):
    scale = np.abs(image).max(initial=0)
    np.testing.assert_allclose(adjust_saturation(image, 1), image, atol=1e-6 * scale)


def test_nan_and_infinity_stay_in_their_pixel():
    image = np.full((3, 20, 3), 100, np.float32)
    image[0, 0, 0], image[1, 1, 2] = np.nan, np.inf
    actual = adjust_saturation(image, 0.5)
    broken = ~np.isfinite(actual).all(-1)
    assert broken[0, 0]
    assert broken[1, 1]
    assert broken.sum() == 2


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert adjust_saturation(image, 2, out=out) is out
    np.testing.assert_array_equal(out, adjust_saturation(image, 2))


@pytest.mark.parametrize("height", [4, 0])
def test_refuses_values_out_of_range(height):
    image = np.zeros((height, 4, 3), np.uint8)
    for wrong in (np.nan, np.inf, 1e300):
        with pytest.raises(ValueError, match=r"^factor must be finite"):
            adjust_saturation(image, wrong)
    with pytest.raises(TypeError, match=r"^factor must be a number"):
        adjust_saturation(image, "1")
    with pytest.raises(ValueError, match=r"^image must have 3 channels, got 1"):
        adjust_saturation(image[..., 0], 1)

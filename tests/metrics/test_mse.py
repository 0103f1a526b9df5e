import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import mse, psnr
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from ..strategies import LAYOUTS, images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def another(image, seed):
    """Return other values in the same shape, in some other layout."""
    rng = np.random.default_rng(seed)
    other = np.array(image)
    rng.shuffle(other.reshape(-1))
    return LAYOUTS[sorted(LAYOUTS)[seed % len(LAYOUTS)]](other)


@given(images(), st.integers(0, 99))
def test_matches_reference(image, seed):
    other = another(image, seed)
    difference = image.astype(np.float64) - other
    expected = np.mean(difference**2) if image.size else 0.0
    assert mse(image, other) == pytest.approx(expected, rel=1e-12, abs=0)


@given(images(min_side=1), st.integers(0, 99), st.sampled_from([1.0, 255.0, 1000.0]))
def test_psnr_follows_its_definition(image, seed, data_range):
    other = another(image, seed)
    error = np.mean((image.astype(np.float64) - other) ** 2)
    expected = 10 * np.log10(data_range**2 / error) if error else math.inf
    assert psnr(image, other, data_range=data_range) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_follows_peers(dtype):
    a, b = large((1201, 1403), dtype), large((1201, 1403), dtype)[::-1]
    assert mse(a, b) == pytest.approx(mean_squared_error(a, b), rel=1e-6)
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b, data_range=255), rel=1e-6)
    if dtype == np.uint8:
        assert psnr(a, b) == pytest.approx(cv2.PSNR(a, np.ascontiguousarray(b)), rel=1e-9)


def test_the_largest_errors_do_not_overflow():
    black, white = np.zeros((700, 40000), np.uint8), np.full((700, 40000), 255, np.uint8)
    assert mse(black, white) == 255**2


def test_nan_is_passed_on():
    image = large((9, 9), np.float32)
    other = image.copy()
    other[3, 4] = np.nan
    assert math.isnan(mse(image, other))


@pytest.mark.parametrize("data_range", [0, -1, np.nan, np.inf])
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_a_range_that_is_none(data_range, shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(ValueError, match=r"^data_range must be finite and positive"):
        psnr(image, image, data_range=data_range)


def test_refuses_unlike_pairs():
    image = np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^reference must have the image's shape \(4, 5\)"):
        mse(image, image.T)
    with pytest.raises(TypeError, match=r"^reference must be uint8 as the image is, got float32"):
        mse(image, image.astype(np.float32))
    with pytest.raises(TypeError, match=r"^image must be uint8 or float32, got int32"):
        psnr(image.astype(np.int32), image)

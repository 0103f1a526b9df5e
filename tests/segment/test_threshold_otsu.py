import cv2
import numpy as np
import pytest
from hypothesis import given
from imgmine.segment import threshold_otsu
from skimage import filters

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def variances_between(image):
    """Variance between the classes up to and above each threshold."""
    values = image.ravel().astype(np.float64)
    result = np.zeros(256)
    for t in range(256):
        low, high = values[values <= t], values[values > t]
        if len(low) and len(high):
            shares = len(low) / len(values), len(high) / len(values)
            result[t] = shares[0] * shares[1] * (low.mean() - high.mean()) ** 2
    return result


@given(images(dtypes=[np.uint8], channels=(None, 1), min_side=1))
def test_matches_reference(image):
    t = threshold_otsu(image)
    assert type(t) is int
    variances = variances_between(image)
    assert variances[t] >= variances.max() * (1 - 1e-12)


@given(images(dtypes=[np.uint8], channels=(None,), min_side=1))
def test_equals_opencv(image):
    t, mask = cv2.threshold(image.copy(), 0, 1, cv2.THRESH_OTSU)
    assert threshold_otsu(image) == t
    np.testing.assert_array_equal(image > threshold_otsu(image), mask)


@pytest.mark.parametrize("shape", [(40, 50), (1201, 1701), (2500, 1300)])
def test_follows_peers_and_threads_share_the_rows(shape):
    image = cv2.GaussianBlur(large(shape), (0, 0), 2)
    assert threshold_otsu(image) == cv2.threshold(image, 0, 1, cv2.THRESH_OTSU)[0]
    assert threshold_otsu(image) == filters.threshold_otsu(image)


def test_one_value_or_none():
    assert threshold_otsu(np.full((5, 6), 99, np.uint8)) == 0
    assert threshold_otsu(np.zeros((0, 6), np.uint8)) == 0
    assert threshold_otsu(np.zeros((6, 0), np.uint8)) == 0


@pytest.mark.parametrize("height", [4, 0])
def test_refuses_color_and_float(height):
    with pytest.raises(ValueError, match=r"^image must have one channel, got 3"):
        threshold_otsu(np.zeros((height, 4, 3), np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        threshold_otsu(np.zeros((height, 4), np.float32))

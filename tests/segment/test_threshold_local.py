import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import threshold_local
from skimage import filters

from ..strategies import images, large
from .gray_images import scene
from .windows import borders, mean_and_deviation, sizes

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

gray = images(dtypes=[np.uint8], channels=(None,), min_side=1)


@given(gray, sizes, borders, st.sampled_from([0, 7.25, -300.5]))
def test_matches_reference(image, size, border, offset):
    found = threshold_local(image, size, offset=offset, border=border)
    assert found.dtype == np.float32
    mean = mean_and_deviation(image, size, border)[0].astype(np.float32)
    np.testing.assert_allclose(found, mean - np.float32(offset), rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("shape", [(701, 900), (3, 90_001)])
@pytest.mark.parametrize("size", [3, 15, 255, (1, 31), (101, 1)])
def test_follows_scikit_image(shape, size):
    image = large(shape)
    found = threshold_local(image, size, offset=2)
    expected = filters.threshold_local(image, size, "mean", offset=2, mode="mirror")
    np.testing.assert_allclose(found, expected, atol=1e-4)


@given(gray, st.integers(1, 20).map(lambda n: 2 * n + 1), st.sampled_from([0, -3.5]))
def test_gaussian_follows_scikit_image(image, size, offset):
    found = threshold_local(image, size, method="gaussian", offset=offset, border="reflect")
    expected = filters.threshold_local(image, size, "gaussian", offset=offset, mode="reflect")
    np.testing.assert_allclose(found, expected, atol=1e-3)


@pytest.mark.parametrize("size", [3, 7, 15])
@pytest.mark.parametrize("offset", [0, 5])
def test_equals_opencv_where_the_mean_is_rounded(size, offset):
    image = scene(1)
    mean = np.floor(threshold_local(image, size, border="replicate") + 0.5)
    expected = cv2.adaptiveThreshold(
        image, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, size, offset
    )
    np.testing.assert_array_equal(image > mean - offset, expected == 1)


@pytest.mark.parametrize("method", ["mean", "gaussian"])
def test_window_of_one_pixel(method):
    image = scene(2)
    np.testing.assert_array_equal(threshold_local(image, 1, method=method), image)


@pytest.mark.parametrize("method", ["mean", "gaussian"])
@pytest.mark.parametrize("shape", [(0, 5), (5, 0)])
def test_no_pixels(method, shape):
    assert threshold_local(np.zeros(shape, np.uint8), 3, method=method).shape == shape


def test_refuses_wrong_arguments():
    image = np.zeros((4, 5), np.uint8)
    for size in (0, 2, 257, -1, (3, 4)):
        with pytest.raises(ValueError, match=r"^size must be odd and from 1 to 255, got"):
            threshold_local(image, size)
    with pytest.raises(ValueError, match=r"^size must be one whole number or two, got 3"):
        threshold_local(image, (3, 3, 3))
    with pytest.raises(TypeError, match=r"^size must be a whole number, got float"):
        threshold_local(image, 3.0)
    with pytest.raises(ValueError, match=r"^size must be one side for method 'gaussian', got \(3"):
        threshold_local(image, (3, 5), method="gaussian")
    with pytest.raises(ValueError, match=r"^method must be 'mean' or 'gaussian', got 'median'"):
        threshold_local(image, 3, method="median")
    with pytest.raises(ValueError, match=r"^border must be .* got 'constant'"):
        threshold_local(image, 3, border="constant")
    for offset in (np.inf, np.nan, 1e300):
        with pytest.raises(ValueError, match=r"^offset must be finite, got"):
            threshold_local(image, 3, offset=offset)
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        threshold_local(image.astype(np.float32), 3)
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\), got \(4, 5, 1\)"):
        threshold_local(image[..., None], 3)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import threshold_niblack
from skimage import filters

from ..strategies import images, large
from .windows import borders, mean_and_deviation, sizes

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(
    images(dtypes=[np.uint8], channels=(None,), min_side=1),
    sizes,
    borders,
    st.sampled_from([0.2, 0, -1.5]),
)
def test_matches_reference(image, size, border, k):
    found = threshold_niblack(image, size, k, border=border)
    assert found.dtype == np.float32
    mean, deviation = mean_and_deviation(image, size, border)
    np.testing.assert_allclose(found, mean - k * deviation, atol=1e-4)


@pytest.mark.parametrize("shape", [(701, 900), (300, 20_001)])
@pytest.mark.parametrize("size", [3, 15, 255, (1, 31), (101, 1)])
def test_follows_scikit_image(shape, size):
    image = large(shape)
    size = (min(size, 2 * shape[0] - 3),) * 2 if isinstance(size, int) else size
    expected = filters.threshold_niblack(image, size, 0.3)
    np.testing.assert_allclose(threshold_niblack(image, size, 0.3), expected, atol=1e-4)


def test_extremes():
    white = np.full((300, 400), 255, np.uint8)
    np.testing.assert_array_equal(threshold_niblack(white, 255), white)
    np.testing.assert_array_equal(threshold_niblack(white - 255, 255), 0)
    white[:, ::2] = 0
    # 128 columns of one kind in a window, 127 of the other.
    expected = [255 * n / 255 - np.sqrt(128 * 127) for n in (127, 128)]
    found = threshold_niblack(white, 255, 1, border="wrap")[:, 127:-127]
    np.testing.assert_allclose(np.unique(found), expected, atol=1e-4)
    assert threshold_niblack(np.zeros((0, 4), np.uint8)).shape == (0, 4)


def test_refuses_wrong_arguments():
    image = np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^size must be odd and from 1 to 255, got 4"):
        threshold_niblack(image, 4)
    with pytest.raises(ValueError, match=r"^k must be finite, got nan"):
        threshold_niblack(image, k=np.nan)
    with pytest.raises(TypeError, match=r"^k must be a number, got str"):
        threshold_niblack(image, k="0.2")
    with pytest.raises(ValueError, match=r"^border must be .* got 'constant'"):
        threshold_niblack(image, border="constant")
    with pytest.raises(TypeError, match=r"^image must be uint8, got int64"):
        threshold_niblack(image.astype(int))

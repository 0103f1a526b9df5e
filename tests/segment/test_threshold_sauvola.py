import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import threshold_sauvola
from skimage import filters

from ..strategies import images, large
from .windows import borders, mean_and_deviation, sizes

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(
    images(dtypes=[np.uint8], channels=(None,), min_side=1),
    sizes,
    borders,
    st.sampled_from([0.2, 0, -1.5]),
    st.sampled_from([128, 40.5]),
)
def test_matches_reference(image, size, border, k, r):
    found = threshold_sauvola(image, size, k, r, border=border)
    assert found.dtype == np.float32
    mean, deviation = mean_and_deviation(image, size, border)
    expected = mean * (1 + k * (deviation / r - 1))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("shape", [(701, 900), (300, 20_001)])
@pytest.mark.parametrize("size", [3, 15, 255, (1, 31), (101, 1)])
def test_follows_scikit_image(shape, size):
    image = large(shape)
    expected = filters.threshold_sauvola(image, size, 0.3)
    found = threshold_sauvola(image, size, 0.3, 127.5)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_no_ink_on_empty_paper():
    paper = np.random.default_rng(0).integers(200, 210, (60, 80), np.uint8)
    assert (paper > threshold_sauvola(paper)).all()
    assert threshold_sauvola(np.zeros((4, 0), np.uint8)).shape == (4, 0)


def test_refuses_wrong_arguments():
    image = np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^size must be odd and from 1 to 255, got 300"):
        threshold_sauvola(image, 300)
    with pytest.raises(ValueError, match=r"^k must be finite, got inf"):
        threshold_sauvola(image, k=np.inf)
    for r in (0, -1, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"^r must be positive and finite, got"):
            threshold_sauvola(image, r=r)
    with pytest.raises(ValueError, match=r"^k must be small enough for r"):
        threshold_sauvola(image, r=1e-300)
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\), got \(4, 5, 3\)"):
        threshold_sauvola(np.zeros((4, 5, 3), np.uint8))

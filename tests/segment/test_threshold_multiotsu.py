from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from imgmine.segment import threshold_multiotsu, threshold_otsu
from skimage import filters

from .gray_images import few_values, scene

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def variance_between(image, thresholds):
    values = image.ravel().astype(np.float64)
    classes = np.digitize(values, thresholds, right=True)
    parts = [values[classes == c] for c in range(len(thresholds) + 1)]
    return sum(len(part) * (part.mean() - values.mean()) ** 2 for part in parts if len(part))


@given(few_values(), st.integers(2, 5))
def test_is_the_best_of_all(image, classes):
    image = image[:8, :5]
    values = np.unique(image)
    assume(len(values) >= classes)
    found = threshold_multiotsu(image, classes)
    assert found.dtype == np.uint8
    every = [variance_between(image, t) for t in combinations(values[:-1], classes - 1)]
    assert variance_between(image, found) == pytest.approx(max(every), rel=1e-12)
    assert set(found) <= set(values[:-1])


@given(few_values())
def test_two_classes_are_otsus(image):
    assume(len(np.unique(image)) > 1)
    t = threshold_multiotsu(image, 2)[0]
    best = variance_between(image, [threshold_otsu(image)])
    assert variance_between(image, [t]) == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_equals_scikit_image(seed, classes):
    image = scene(seed)
    expected = filters.threshold_multiotsu(image, classes)
    found = threshold_multiotsu(image, classes)
    assert variance_between(image, found) >= variance_between(image, expected) * (1 - 1e-12)
    assert np.abs(found.astype(int) - expected).max() <= 1


def test_as_many_classes_as_values():
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(threshold_multiotsu(image, 256), np.arange(255))
    np.testing.assert_array_equal(threshold_multiotsu(np.uint8([[7, 200, 9]]), 3), [7, 9])
    assert len(threshold_multiotsu(scene(0), 200)) == 199


def test_the_lowest_of_equals():
    np.testing.assert_array_equal(threshold_multiotsu(np.uint8([[0, 1, 2]]), 2), [0])
    np.testing.assert_array_equal(threshold_multiotsu(np.uint8([[0, 1, 2, 3]]), 3), [0, 1])


def test_refuses_wrong_arguments():
    image = np.uint8([[1, 2, 3]])
    with pytest.raises(ValueError, match=r"^image must have at least as many .* \(4\), got 3"):
        threshold_multiotsu(image, 4)
    with pytest.raises(ValueError, match=r"^image must have at least as many .* \(2\), got 0"):
        threshold_multiotsu(image[:0], 2)
    with pytest.raises(ValueError, match=r"^classes must be from 2 to 256, got 1"):
        threshold_multiotsu(image, 1)
    with pytest.raises(ValueError, match=r"^classes must be from 2 to 256, got 257"):
        threshold_multiotsu(image, 257)
    with pytest.raises(ValueError, match=r"^image must have one channel, got 3"):
        threshold_multiotsu(np.zeros((2, 2, 3), np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        threshold_multiotsu(image.astype(np.float32))
    with pytest.raises(TypeError, match=r"^classes must be a whole number, got float"):
        threshold_multiotsu(image, 3.0)

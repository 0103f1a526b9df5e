import numpy as np
import pytest
from imgmine.features import GLCMProperties, glcm, glcm_properties
from skimage.feature import graycoprops

NAMES = ["contrast", "dissimilarity", "homogeneity", "ASM", "energy", "correlation", "mean",
         "variance", "std", "entropy"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("levels", [1, 2, 5, 32])
def test_equals_scikit_image(name, levels):
    rng = np.random.default_rng(levels)
    for shape in [(1, 1), (2, 2), (30, 41)]:
        image = rng.integers(0, levels, shape).astype(np.uint8)
        matrix = glcm(image, (1, 2, 3), levels=levels)
        actual = glcm_properties(matrix, name)
        assert actual.dtype == np.float64
        np.testing.assert_allclose(actual, graycoprops(matrix, name), rtol=1e-10, atol=1e-12)


def test_all_of_them():
    matrix = np.random.default_rng(0).random((6, 6, 2, 3))
    values = glcm_properties(matrix)
    assert list(values) == NAMES
    for name, value in values.items():
        np.testing.assert_allclose(value, graycoprops(matrix, name), rtol=1e-10)


def test_flat_images_correlate():
    matrix = glcm(np.full((5, 5), 3, np.uint8), levels=4)
    np.testing.assert_array_equal(glcm_properties(matrix, "correlation"), np.ones((1, 4)))


def test_the_descriptor_averages():
    image = np.random.default_rng(0).integers(0, 256, (20, 30), np.uint8)
    matrix = glcm(image, (1, 3), levels=16, symmetric=True, quantize=True)
    actual = GLCMProperties(distances=(1, 3), levels=16, props=("correlation", "mean"))(image)
    expected = [glcm_properties(matrix, "correlation").mean(1),
                glcm_properties(matrix, "mean").mean(1) / 15]  # fmt: skip
    np.testing.assert_allclose(actual, np.concatenate(expected), rtol=1e-6)


@pytest.mark.parametrize(
    ("matrix", "prop", "error", "message"),
    [
        (np.ones((2, 3, 1, 1)), None, ValueError, "^matrix must have shape"),
        (np.ones((2, 2, 1)), None, ValueError, "^matrix must have shape"),
        (np.ones((2, 2, 0, 1)), None, ValueError, "^matrix must have shape"),
        (np.ones((2, 2, 1, 1), bool), None, TypeError, "^matrix must hold numbers"),
        (-np.ones((2, 2, 1, 1)), None, ValueError, "^matrix must hold finite numbers"),
        (np.full((2, 2, 1, 1), np.nan), None, ValueError, "^matrix must hold finite numbers"),
        (np.ones((2, 2, 1, 1)), "size", ValueError, "^prop must be .*, got 'size'"),
        (np.ones((2, 2, 1, 1)), 3, TypeError, "^prop must be a string"),
    ],
)
def test_refuses(matrix, prop, error, message):
    with pytest.raises(error, match=message):
        glcm_properties(matrix, prop)

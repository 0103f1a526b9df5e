import numpy as np
import pytest
from hypothesis import given
from imgmine.features import ScalableColor, color_histogram, scalable_color

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image):
    counts = color_histogram(image, (16, 4, 4), "hsv", normalize=None).astype(np.float64)
    shares = np.floor(2047 * counts / max(counts.sum(), 1) + 0.5)
    levels = np.minimum(np.floor(15 * (shares / 818.8) ** 0.4 + 0.5), 15)
    cube, parts = levels.reshape(16, 4, 4), []
    for axis in (0, 1, 2, 0, 0, 1, 2, 0):
        first, second = (cube.take(range(k, cube.shape[axis], 2), axis) for k in (0, 1))
        parts.insert(0, (first - second).ravel())
        cube = first + second
    return np.concatenate([cube.ravel(), *parts])


@given(images(dtypes=[np.uint8], channels=(3, 4)))
def test_matches_reference(image):
    expected = reference(image)
    for n in (16, 32, 64, 128, 256):
        actual = scalable_color(image, n)
        assert actual.dtype == np.float32
        np.testing.assert_array_equal(actual, expected[:n])


def test_a_large_image():
    image = large((700, 501, 3))
    np.testing.assert_array_equal(scalable_color(image, 256), reference(image))


def test_the_beginning_is_the_number_of_colors():
    """All pixels of one color: one level 15, which every sum finds again."""
    result = scalable_color(np.full((5, 6, 3), 200, np.uint8), 256)
    assert result[0] == 15
    assert set(np.abs(result)) == {0, 15}


def test_the_descriptor_is_the_function():
    image = large((30, 40, 3))
    np.testing.assert_array_equal(ScalableColor(128)(image), scalable_color(image, 128))


@pytest.mark.parametrize("n", [0, -16, 15, 512])
def test_refuses_values_out_of_range(n):
    with pytest.raises(ValueError, match=r"^coefficients must be 16, 32, 64, 128 or 256, got"):
        scalable_color(np.zeros((4, 4, 3), np.uint8), n)
    with pytest.raises(ValueError, match=r"^coefficients must be 16, 32, 64, 128 or 256, got"):
        ScalableColor(n)

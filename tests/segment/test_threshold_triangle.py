import numpy as np
import pytest
from hypothesis import given
from imgmine.segment import threshold_triangle
from skimage import filters

from .gray_images import few_values, scene

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(few_values())
def test_equals_scikit_image(image):
    found = threshold_triangle(image)
    assert type(found) is int
    expected = filters.threshold_triangle(np.array(image))
    assert found == expected


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("turned", [False, True])
def test_equals_scikit_image_of_scenes(seed, turned):
    image = scene(seed, (700, 800))
    image = 255 - image if turned else image
    found, expected = threshold_triangle(image), filters.threshold_triangle(image.copy())
    assert found == expected


def test_one_value_or_none():
    assert threshold_triangle(np.full((5, 6), 99, np.uint8)) == 99
    assert threshold_triangle(np.zeros((3, 4, 1), np.uint8)) == 0
    assert threshold_triangle(np.zeros((0, 6), np.uint8)) == 0
    assert threshold_triangle(np.zeros((6, 0), np.uint8)) == 0


def test_refuses_color_and_float():
    with pytest.raises(ValueError, match=r"^image must have one channel, got 3"):
        threshold_triangle(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        threshold_triangle(np.zeros((4, 4), np.float32))

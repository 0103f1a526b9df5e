import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import ColorMoments, color_moments

from ..strategies import images, large
from .test_color_histogram import in_space

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

spaces = st.sampled_from(["rgb", "hsv", "lab", "opponent"])
color_images = images(dtypes=[np.uint8], channels=(3, 4))


def reference(image, space):
    """Follow the definition, in whole numbers of Python's."""
    values = in_space(image, space).reshape(-1, 3)
    result = []
    for channel in values.T:
        numbers = [int(v) for v in channel]
        n, total = len(numbers), sum(numbers)
        second = sum((n * v - total) ** 2 for v in numbers)
        third = sum((n * v - total) ** 3 for v in numbers)
        root = abs(third / n**4) ** (1 / 3) if n else 0
        result += (
            [total / n, (second / n**3) ** 0.5, root if third > 0 else -root] if n else [0] * 3
        )
    return np.array(result)


@given(color_images, spaces)
def test_matches_reference(image, space):
    actual = color_moments(image, space)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, reference(image, space), rtol=1e-6)


@given(color_images, spaces)
def test_the_descriptor_is_the_function(image, space):
    np.testing.assert_array_equal(ColorMoments(space)(image), color_moments(image, space))


def test_threads_share_the_rows():
    image = large((900, 301, 3))
    values = image.reshape(-1, 3).astype(np.float64)
    centered = values - values.mean(0)
    expected = [values.mean(0), values.std(0), np.cbrt((centered**3).mean(0))]
    np.testing.assert_allclose(color_moments(image), np.stack(expected, 1).ravel(), rtol=1e-5)


def test_a_symmetric_distribution_has_no_skew():
    """Not even that of rounding, which a cube root would make large."""
    image = np.repeat(np.array([3, 101, 199], np.uint8), 999).reshape(27, 37, 3, 1)
    image = np.broadcast_to(image.reshape(27, -1, 1), (27, 111, 3)).copy()
    np.testing.assert_array_equal(color_moments(image)[2::3], 0)
    np.testing.assert_array_equal(color_moments(image)[::3], 101)


def test_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match=r"^space must be 'rgb', 'hsv', 'lab' or 'opponent'"):
        color_moments(np.zeros((0, 0, 3), np.uint8), "xyz")
    with pytest.raises(ValueError, match=r"^space must be 'rgb', 'hsv', 'lab' or 'opponent'"):
        ColorMoments("xyz")
    with pytest.raises(TypeError, match=r"^space must be a string"):
        color_moments(np.zeros((4, 4, 3), np.uint8), 3)

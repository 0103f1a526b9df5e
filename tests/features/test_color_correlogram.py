import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import ColorCorrelogram, color_correlogram

from ..strategies import images, large
from .test_color_histogram import in_space

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

spaces = st.sampled_from(["rgb", "hsv", "lab", "opponent"])
some_bins = st.sampled_from([(1, 1, 1), (2, 2, 2), (4, 4, 4), (8, 4, 4), (8, 8, 4), (256, 1, 1)])


def reference(image, bins, distances, space):
    """Every pair of pixels on a ring, shift by shift."""
    values = in_space(image, space).astype(int)
    extents = [180 if space == "hsv" else 256, 256, 256]
    color = np.zeros(image.shape[:2], int)
    for c in range(3):
        color = color * bins[c] + values[..., c] * bins[c] // extents[c]
    height, width = color.shape
    result = []
    for d in distances:
        same, pairs = np.zeros((2, np.prod(bins)))
        for dy in range(-d, d + 1):
            for dx in range(-d, d + 1):
                if max(abs(dy), abs(dx)) != d or height <= abs(dy) or width <= abs(dx):
                    continue
                here = color[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
                there = color[max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)]
                pairs += np.bincount(here.ravel(), minlength=len(pairs))
                same += np.bincount(here[here == there], minlength=len(pairs))
        result.append(np.divide(same, pairs, out=np.zeros_like(same), where=pairs > 0))
    return np.concatenate(result)


@settings(max_examples=20)
@given(
    images(dtypes=[np.uint8], channels=(3, 4)),
    some_bins,
    st.lists(st.integers(1, 9) | st.just(31), min_size=1, max_size=3),
    spaces,
)
def test_matches_reference(image, bins, distances, space):
    actual = color_correlogram(image, bins, distances, space)
    assert actual.dtype == np.float32
    expected = reference(image, bins, distances, space)
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


@pytest.mark.parametrize("shape", [(300, 150, 3), (40, 1100, 3), (500, 3, 3)])
@pytest.mark.parametrize("bins", [(4, 4, 4), (16, 4, 4)])
def test_threads_share_the_rows(shape, bins):
    image = large(shape)
    image[10:200] //= 7
    image[200:] |= 0b11100000  # the last of all colors, as which what is outside counts
    expected = reference(image, bins, (1, 7), "rgb")
    actual = color_correlogram(image, bins, (1, 7))
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


@pytest.mark.parametrize("value", [0, 255])
def test_an_image_of_one_color(value):
    actual = color_correlogram(np.full((20, 30, 3), value, np.uint8), (8, 8, 4), (1, 31))
    expected = np.zeros((2, 256))
    expected[0, -1 if value else 0] = 1  # at 31 there is nothing
    np.testing.assert_array_equal(actual, expected.ravel())


def test_one_pixel_has_no_pairs():
    assert not color_correlogram(np.full((1, 1, 3), 9, np.uint8)).any()


def test_the_descriptor_is_the_function():
    image = large((30, 40, 3))
    descriptor = ColorCorrelogram([4, 2, 2], [1, np.int64(2)], "hsv")
    expected = color_correlogram(image, (4, 2, 2), (1, 2), "hsv")
    np.testing.assert_array_equal(descriptor(image), expected)
    assert descriptor.size(3) == len(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bins": 7}, "^bins must be at most 256 colors together, got 343"),
        ({"bins": 0}, "^bins must be between 1 and 256, got 0"),
        ({"distances": []}, "^distances must not be empty"),
        ({"distances": [0]}, "^distances must be from 1 to 31, got 0"),
        ({"distances": [1, 32]}, "^distances must be from 1 to 31, got 32"),
        ({"space": "xyz"}, "^space must be"),
    ],
)
def test_refuses_values_out_of_range(arguments, message):
    for shape in ((4, 4, 3), (0, 4, 3)):
        with pytest.raises(ValueError, match=message):
            color_correlogram(np.zeros(shape, np.uint8), **arguments)
    with pytest.raises(ValueError, match=message):
        ColorCorrelogram(**arguments)


def test_refuses_distances_that_are_no_numbers():
    with pytest.raises(TypeError, match=r"^distances must be a sequence, got int"):
        color_correlogram(np.zeros((4, 4, 3), np.uint8), distances=3)
    with pytest.raises(TypeError, match=r"^distances must be a whole number, got float"):
        color_correlogram(np.zeros((4, 4, 3), np.uint8), distances=[1.5])

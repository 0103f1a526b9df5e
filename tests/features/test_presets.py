import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.color import rgb2gray
from imgmine.features import ColorMoments, Histogram, HuMoments, Recipe

from ..strategies import images

SIZES = {
    "histogram": 8,
    "color": 128,
    "texture": 328,
    "shape": 572,
    "balanced": 573,
    "objects": 734,
}

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@pytest.mark.parametrize("name", SIZES)
def test_what_a_named_recipe_gives(name):
    recipe = Recipe.named(name)
    assert recipe.size == SIZES[name]
    assert recipe == Recipe.from_json(recipe.to_json()) == Recipe.named(name)
    photo = np.random.default_rng(3).integers(0, 256, (97, 131, 3), np.uint8)
    photo = imgmine.filters.gaussian_blur(photo, 1.5)
    vector = recipe(photo)
    assert vector.shape == (SIZES[name],)
    assert np.isfinite(vector).all()
    np.testing.assert_array_equal(recipe.transform([photo, photo[::-1]])[0], vector)


@pytest.mark.parametrize("name", ["texture", "shape", "balanced", "objects"])
@given(images(dtypes=("uint8",), channels=(3,)))
def test_equals_its_parts(name, image):
    """Each descriptor by itself, brought to its length; also of pictures of nearly no pixels."""
    recipe = Recipe.named(name)
    vector = recipe(image)
    at = 0
    for part, weight in zip(recipe.descriptors, recipe.weights, strict=True):
        alone = part(rgb2gray(image) if part.of_gray else image).astype(np.float64)
        length = np.sqrt((alone**2).sum())
        expected = alone * (weight / length) if length else alone
        found = vector[at : at + len(alone)]
        np.testing.assert_allclose(found, expected, rtol=2e-7, atol=0)
        at += len(alone)
    assert at == recipe.size


@given(st.lists(st.floats(0, 9, width=16), min_size=3, max_size=3))
def test_weights_are_lengths(weights):
    image = np.random.default_rng(0).integers(0, 256, (9, 9, 3), np.uint8)
    parts = [Histogram(4), ColorMoments(), HuMoments()]
    recipe = Recipe(parts, weights=weights)
    ends = np.cumsum([part.size(3) for part in parts])
    lengths = [np.linalg.norm(part) for part in np.split(recipe(image), ends[:-1])]
    np.testing.assert_allclose(lengths, weights, rtol=1e-6)
    twin = Recipe.from_json(recipe.to_json())
    assert twin == recipe
    assert twin.weights == tuple(weights)
    assert recipe != Recipe(parts)


def test_zeros_have_no_length():
    recipe = Recipe([Histogram(4, range=(300, 400))], weights=[2])
    assert not recipe(np.zeros((3, 3, 3), np.uint8)).any()


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1], ValueError, r"^weights must be a number for each of 2 descriptors, got \[1\]"),
        (1.0, ValueError, r"^weights must be a number for each of 2 descriptors, got 1.0"),
        ([1, -1], ValueError, r"^weights must be finite and not negative, got \[1, -1\]"),
        ([1, np.nan], ValueError, r"^weights must be finite and not negative"),
        ([1, np.inf], ValueError, r"^weights must be finite and not negative"),
        ([1, "2"], TypeError, r"^weights must be "),
    ],
)
def test_what_weights_may_be(weights, error, message):
    with pytest.raises(error, match=message):
        Recipe([Histogram(), Histogram(9)], weights=weights)

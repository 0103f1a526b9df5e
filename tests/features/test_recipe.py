import math

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import GaussianBlur, Gray, Histogram, Recipe, Resize
from PIL import Image

from ..strategies import images, large, recipes

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

photos = images(dtypes=[np.uint8], channels=(None, 3, 4), min_side=1)


def one_by_one(recipe, image):
    """Do what the recipe says, a public function after the other."""
    image = image[..., :3] if image.ndim == 3 else image
    if image.ndim == 2 and not recipe.is_gray:
        image = np.repeat(image[..., np.newaxis], 3, axis=2)
    for step in recipe.preprocess:
        image = step(image)
    vectors = [descriptor(image) for descriptor in recipe.descriptors]
    if recipe.weights is not None:
        vectors = [scaled(*pair) for pair in zip(vectors, recipe.weights, strict=True)]
    return np.concatenate(vectors)


def scaled(vector, length):
    """Bring a vector to a length, its squares summed one after the other."""
    squares = 0.0
    for value in vector.tolist():
        squares += value * value
    if not squares > 0:
        return vector
    return (vector.astype(float) * (length / math.sqrt(squares))).astype(np.float32)


@given(recipes(), photos)
def test_fused_is_one_by_one(recipe, image):
    vector = recipe(image)
    assert vector.dtype == np.float32
    assert vector.shape == (recipe.size,)
    np.testing.assert_array_equal(vector, one_by_one(recipe, image))


@pytest.mark.parametrize("shape", [(900, 701), (900, 701, 3), (900, 701, 4)])
@pytest.mark.parametrize("steps", [[], [Gray()], [GaussianBlur(1.2)], [Gray(), GaussianBlur(2.0)]])
def test_threads_share_the_rows(shape, steps):
    recipe = Recipe([Histogram(10), Histogram(100, (5, 77))], steps)
    image = large(shape)
    np.testing.assert_array_equal(recipe(image), one_by_one(recipe, image))


@given(recipes(), st.sampled_from([(0, 0), (0, 5), (5, 0, 3)]))
def test_an_empty_image_has_an_empty_histogram(recipe, shape):
    if any(isinstance(step, Resize) for step in recipe.preprocess):
        with pytest.raises(ValueError, match=r"^image must not be empty"):
            recipe(np.zeros(shape, np.uint8))
    else:
        assert not recipe(np.zeros(shape, np.uint8)).any()


@pytest.mark.parametrize("n_jobs", [None, 1, 2, 4])
def test_transform_keeps_the_order(n_jobs):
    recipe = Recipe.named("histogram")
    stack = large((40, 12, 17, 3))
    seen = []
    vectors = recipe.transform(stack, n_jobs, progress=lambda *step: seen.append(step))
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, [recipe(image) for image in stack])
    assert seen == [(i, 40) for i in range(1, 41)]
    np.testing.assert_array_equal(recipe.transform(iter(stack), n_jobs), vectors)
    assert recipe.transform([], n_jobs).shape == (0, recipe.size)


def test_transform_leaves_the_callers_threads_alone():
    before = imgmine._core.local_num_threads()
    for n_jobs in (1, 2):
        Recipe.named("histogram").transform(large((3, 4, 5)), n_jobs)
        assert imgmine._core.local_num_threads() == before


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_the_first_bad_picture_raises(n_jobs):
    recipe = Recipe.named("histogram")
    good = large((5, 6))
    pictures = [good, good, good.astype(float), np.zeros(3, np.uint8), good]
    with pytest.raises(TypeError, match=r"^image must be uint8"):
        recipe.transform(pictures, n_jobs)
    results = list(recipe.iterate(pictures, n_jobs))
    assert [type(result) for result in results] == [
        np.ndarray, np.ndarray, TypeError, ValueError, np.ndarray
    ]  # fmt: skip


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_iterate_can_be_left_and_is_lazy(n_jobs):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield np.zeros((2, 2), np.uint8)

    results = Recipe.named("histogram").iterate(endless(), n_jobs)
    assert next(results).shape == (8,)
    results.close()
    assert len(taken) <= 8 * n_jobs


def test_files_and_bytes_are_read(tmp_path):
    recipe = Recipe.named("color")
    pixels = large((20, 30, 3))
    path = tmp_path / "picture.png"
    Image.fromarray(pixels).save(path)
    for source in (path, str(path), path.read_bytes(), pixels):
        np.testing.assert_array_equal(recipe.read(source), recipe(pixels))
    with pytest.raises(imgmine.DecodeError):
        recipe.read(b"no picture")
    with pytest.raises(FileNotFoundError):
        recipe.transform([tmp_path / "absent.png"])

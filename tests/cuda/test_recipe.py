"""Recipes on whole batches."""

import numpy as np
import pytest
from imgmine import features
from imgmine.features import (
    ColorHistogram,
    GaussianBlur,
    Gray,
    Histogram,
    Recipe,
    Resize,
)

BATCH = np.random.default_rng(0).integers(0, 256, (3, 13, 17, 3), np.uint8)
COLORS = [
    ColorHistogram((4, 2, 2), "hsv", normalize="hellinger"),
    Histogram(5),
    ColorHistogram(2, "hsv", joint=False),
    ColorHistogram(3, "lab"),
]


def check(gpu, recipe, batch):
    """Compare with the recipe of each image on the CPU."""
    expected = np.array([recipe(x[..., 0] if x.shape[2] == 1 else x) for x in batch])
    actual = gpu.get(recipe(gpu.put(batch)))
    assert actual.dtype == np.float32
    assert actual.shape == (len(batch), recipe.size)
    if recipe.weights is None:
        np.testing.assert_array_equal(actual, expected.reshape(actual.shape))
    else:
        np.testing.assert_allclose(actual, expected, rtol=2e-7)


@pytest.mark.parametrize("name", ["histogram", "color"])
def test_presets(gpu, name):
    check(gpu, Recipe.named(name), BATCH)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Resize((6, 5))],
        [GaussianBlur(sigma=1)],
        [Resize((20, 9), "linear"), GaussianBlur(ksize=3)],
    ],
)
def test_color_images(gpu, steps):
    check(gpu, Recipe(COLORS, steps), BATCH)


@pytest.mark.parametrize(
    "steps",
    [
        [Gray()],
        [Gray(), GaussianBlur(ksize=5), Resize((8, 8))],
        [Resize((5, 4), "nearest"), Gray()],
    ],
)
def test_gray_images(gpu, steps):
    recipe = Recipe([Histogram(7), Histogram(3, normalize=None)], steps)
    for channels in (1, 3):
        check(gpu, recipe, BATCH[..., :channels])


def test_channels_become_three(gpu):
    check(gpu, Recipe(COLORS), BATCH[..., :1])
    four = np.concatenate([BATCH, BATCH[..., :1]], axis=3)
    check(gpu, Recipe(COLORS), four)
    check(gpu, Recipe([Histogram(4)], [Gray()]), four)


def test_weights(gpu):
    batch = np.concatenate([BATCH, np.zeros((1, 13, 17, 3), np.uint8)])
    parts = [ColorHistogram(6, normalize=None), Histogram(4, range=(1, 256)), Histogram(9)]
    check(gpu, Recipe(parts, weights=[0.3, 2, 0]), batch)


def test_one_image(gpu):
    recipe = Recipe(COLORS, [Resize((6, 5))])
    gpu.check(recipe, BATCH[0])
    gpu.check(recipe, BATCH[0, ..., 1])
    np.testing.assert_array_equal(gpu.get(recipe(gpu.put(BATCH)[1])), recipe(BATCH[1]))


def test_strided_and_read_only(gpu):
    recipe = Recipe(COLORS)
    actual = gpu.get(recipe(gpu.put(BATCH)[::2, 1:, ::3]))
    np.testing.assert_array_equal(actual, [recipe(x) for x in BATCH[::2, 1:, ::3]])


def test_empty(gpu):
    recipe = Recipe(COLORS, [GaussianBlur(ksize=3)])
    check(gpu, recipe, BATCH[:0])
    check(gpu, recipe, BATCH[:, :0])
    with pytest.raises(ValueError, match="image must not be empty"):
        Recipe(COLORS, [Resize((2, 2))])(gpu.put(BATCH[:, :0]))


def test_batches_are_cut_to_fit(gpu, monkeypatch):
    from imgmine.cuda import _job

    asked = []
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: asked.append(n_bytes) or 2)
    check(gpu, Recipe(COLORS, [Resize((6, 5))], weights=[1, 2, 3, 4]), BATCH)
    # The image, the resized one, and its HSV, which two parts see, beside room for gray.
    assert asked[0] == 13 * 17 * 3 + 6 * 5 * 3 + 6 * 5 * 4


def test_what_parts_share_is_made_once(gpu, monkeypatch):
    from imgmine.cuda import _job

    launched = []
    launch = _job.Job.launch

    def noted(self, kernel, grid, block, *arguments):
        launched.append(kernel.__name__)
        launch(self, kernel, grid, block, *arguments)

    monkeypatch.setattr(_job.Job, "launch", noted)
    Recipe(COLORS)(gpu.put(BATCH))
    assert launched.count("hsv_of_bytes") == 1
    assert "lab_of_bytes" not in launched  # for one part: on the way
    assert launched.count("place_part") == len(COLORS)


def test_transform_of_a_batch(gpu):
    recipe = Recipe.named("histogram")
    there = recipe.transform(gpu.put(BATCH))
    np.testing.assert_array_equal(gpu.get(there), recipe.transform(BATCH))
    there = recipe.transform(gpu.put(BATCH[..., 0]))
    np.testing.assert_array_equal(gpu.get(there), recipe.transform(BATCH[..., 0]))
    with pytest.raises(ValueError, match=r"images must have shape \(N, H, W\) or"):
        recipe.transform(gpu.put(BATCH[0, 0]))
    with pytest.raises(TypeError, match="images on a GPU must be one array"):
        recipe.transform([gpu.put(BATCH[0])])


def test_what_cannot_run_is_named(gpu):
    there = gpu.put(BATCH)
    with pytest.raises(TypeError, match=r"FourierDescriptors\(.* of the recipe cannot run on a GPU"):
        Recipe([Histogram(), features.FourierDescriptors()])(there)
    with pytest.raises(TypeError, match=r"Histogram\(.*grid=\(2, 2\).* cannot run on a GPU: grid"):
        Recipe([Histogram(grid=(2, 2))])(there)
    with pytest.raises(TypeError, match=r"ColorHistogram\(.*space must be 'rgb'.* on a GPU"):
        Recipe([ColorHistogram(space="opponent")])(there)
    with pytest.raises(TypeError, match=r"Resize\(.* cannot run on a GPU: method must be"):
        Recipe([Histogram()], [Resize((3, 3), "cubic")])(there)


def test_an_image_must_be_one(gpu):
    recipe = Recipe(COLORS)
    with pytest.raises(TypeError, match="image must be uint8, got float32"):
        recipe(gpu.put(BATCH.astype(np.float32)))
    with pytest.raises(ValueError, match="image must have shape"):
        recipe(gpu.put(BATCH[..., :2]))
    with pytest.raises(features_error(), match="codebook"):
        Recipe([features.BagOfWords(4)])(gpu.put(BATCH))


def features_error():
    import imgmine

    return imgmine.NotFittedError

"""Recipes on whole batches."""

import imgmine
import numpy as np
import pytest
from imgmine import features
from imgmine.features import ColorHistogram, GaussianBlur, Gray, Histogram, Recipe, Resize

BATCH = np.random.default_rng(0).integers(0, 256, (2, 7, 9, 3), np.uint8)
FEW = [ColorHistogram(2)]
COLORS = [
    ColorHistogram((4, 2, 2), "hsv", normalize="hellinger"),
    Histogram(5),
    ColorHistogram(2, "hsv", joint=False, grid=(1, 2)),
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
    check(gpu, Recipe.named(name), BATCH[:1])


def test_color_images(gpu):
    check(gpu, Recipe(COLORS), BATCH)
    check(gpu, Recipe(FEW, [Resize((16, 5), "linear"), GaussianBlur(ksize=3)]), BATCH[:1])


def test_gray_images(gpu):
    for steps in ([Gray(), GaussianBlur(ksize=3), Resize((4, 4))], [Resize((5, 4)), Gray()]):
        check(gpu, Recipe([Histogram(7)], steps), BATCH)
    check(gpu, Recipe([Histogram(7)], [Gray()]), BATCH[..., :1])


def test_channels_become_three(gpu):
    check(gpu, Recipe(FEW), BATCH[..., :1])
    four = np.concatenate([BATCH, BATCH[..., :1]], axis=3)
    check(gpu, Recipe(FEW), four)
    check(gpu, Recipe([Histogram(4)], [Gray()]), four[:1])


def test_weights(gpu):
    batch = np.concatenate([BATCH, np.zeros((1, 7, 9, 3), np.uint8)])[1:]
    parts = [ColorHistogram(4, normalize=None), Histogram(4, range=(1, 256))]
    check(gpu, Recipe(parts, weights=[0.3, 2]), batch)
    check(gpu, Recipe(parts[:1], weights=[0]), batch[:1])


def test_one_image(gpu):
    recipe = Recipe(FEW)
    gpu.check(recipe, BATCH[0, ..., 1])
    np.testing.assert_array_equal(gpu.get(recipe(gpu.put(BATCH)[1])), recipe(BATCH[1]))


def test_strided(gpu):
    recipe = Recipe(COLORS[:1] * 2)
    actual = gpu.get(recipe(gpu.put(BATCH)[::2, 1:, ::3]))
    np.testing.assert_array_equal(actual, [recipe(x) for x in BATCH[::2, 1:, ::3]])


def test_empty(gpu):
    recipe = Recipe(FEW, [GaussianBlur(ksize=3)])
    check(gpu, recipe, BATCH[:0])
    check(gpu, recipe, BATCH[:, :0])
    with pytest.raises(ValueError, match="image must not be empty"):
        Recipe(FEW, [Resize((2, 2))])(gpu.put(BATCH[:, :0]))


def test_batches_are_cut_to_fit(gpu, monkeypatch):
    from imgmine.cuda import _job

    asked = []
    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: asked.append(n_bytes) or 1)
    check(gpu, Recipe(COLORS[::2], [Resize((4, 5))], weights=[1, 2]), BATCH)
    # The image, the resized one, and its HSV, which two parts see, beside room for gray.
    assert asked[0] == 7 * 9 * 3 + 4 * 5 * 3 + 4 * 5 * 4


def test_what_parts_share_is_made_once(gpu, monkeypatch):
    from imgmine.cuda import _job

    launched = []
    launch = _job.Job.launch

    def noted(self, kernel, grid, block, *arguments):
        launched.append(kernel.__name__)
        launch(self, kernel, grid, block, *arguments)

    monkeypatch.setattr(_job.Job, "launch", noted)
    parts = [*COLORS, ColorHistogram(2, "lab")]
    Recipe(parts)(gpu.put(BATCH[:1, :2]))
    assert launched.count("hsv_of_bytes") == 1
    assert "lab_of_bytes" not in launched  # for one part: on the way
    assert launched.count("place_part") == len(parts)


def test_transform_of_a_batch(gpu):
    recipe = Recipe(FEW)
    there = recipe.transform(gpu.put(BATCH[..., 0]))
    np.testing.assert_array_equal(gpu.get(there), recipe.transform(BATCH[..., 0]))
    with pytest.raises(ValueError, match=r"images must have shape \(N, H, W\) or"):
        recipe.transform(gpu.put(BATCH[0, 0]))
    with pytest.raises(TypeError, match="images on a GPU must be one array"):
        recipe.transform([gpu.put(BATCH[0])])


def test_what_cannot_run_is_named(gpu):
    there = gpu.put(BATCH)
    with pytest.raises(TypeError, match=r"FourierDescriptors\(.* cannot run on a GPU"):
        Recipe([features.FourierDescriptors()])(there)
    with pytest.raises(TypeError, match=r"Histogram\(.*levels=2.* cannot run on a GPU: levels"):
        Recipe([Histogram(levels=2)])(there)


def test_an_image_must_be_one(gpu):
    recipe = Recipe(COLORS)
    with pytest.raises(TypeError, match="image must be uint8, got float32"):
        recipe(gpu.put(BATCH.astype(np.float32)))
    with pytest.raises(ValueError, match="image must have shape"):
        recipe(gpu.put(BATCH[..., :2]))
    with pytest.raises(imgmine.NotFittedError):
        Recipe([features.BagOfWords(4)])(gpu.put(BATCH))


class Foreign:
    """Stands for an array of another library, on its stream 7."""

    def __init__(self, there):
        self.there = there

    @property
    def __cuda_array_interface__(self):
        return {**self.there.__cuda_array_interface__, "stream": 7}


def own(monkeypatch, owner):
    from imgmine.cuda import _owners

    monkeypatch.setitem(_owners.OWNERS, Foreign.__module__.partition(".")[0], owner)


def test_everything_is_on_the_owners_stream_and_in_its_pool(gpu, monkeypatch):
    """As of CuPy and PyTorch: also what is made on the way, and nothing is waited for."""
    from imgmine.cuda import _job, _owners

    made, streams = [], set()

    class Owner(_owners.Numba):
        def stream(self, array):
            assert isinstance(array.array, Foreign)
            return 7

        def empty(self, _array, shape, dtype):
            made.append(shape)
            return Foreign(gpu.cuda.device_array(shape, dtype))

    launch = _job.Job.launch

    def noted(self, kernel, grid, block, *arguments):
        streams.add(self.stream)
        self.stream = 0
        launch(self, kernel, grid, block, *arguments)
        self.stream = "stream 7"

    own(monkeypatch, Owner())
    monkeypatch.setattr(_job.cuda, "external_stream", lambda _: "stream 7", raising=False)
    monkeypatch.setattr(_job.Job, "upload", lambda self, values: gpu.put(values))
    monkeypatch.setattr(_job.Job, "launch", noted)
    monkeypatch.setattr(_job.Job, "synchronize", None)
    _job._tables.clear()
    recipe = Recipe([Histogram(4)], [Gray(), Resize((3, 3)), GaussianBlur(ksize=3)])
    actual = recipe(Foreign(gpu.put(BATCH)))
    assert isinstance(actual, Foreign)
    assert streams == {"stream 7"}
    assert made == [(2, 4), (2, 7, 9), (2, 3, 3, 1), (2, 3, 3, 1), (2, 4), (1, 2, 4)]
    np.testing.assert_array_equal(gpu.get(actual.there), recipe.transform(BATCH))


def test_who_waits_for_results_waits_once(gpu, monkeypatch):
    """As of JAX: nothing that is made on the way is handed over."""
    from imgmine.cuda import _owners

    handed = []

    class Owner(_owners.Numba):
        waits = True

        def finished(self, result, _synchronize):
            handed.append(result.shape)
            return Foreign(result)

    own(monkeypatch, Owner())
    recipe = Recipe([Histogram(4)], [Gray(), GaussianBlur(ksize=3)])
    there = gpu.put(BATCH)
    actual = recipe(Owned(there))
    assert handed == [(2, 4)]
    np.testing.assert_array_equal(gpu.get(actual.there), recipe.transform(BATCH))


class Owned(Foreign):
    """The same on the default stream."""

    @property
    def __cuda_array_interface__(self):
        return self.there.__cuda_array_interface__


def test_memory_runs_out_and_the_recipe_stays_usable(gpu, monkeypatch):
    from imgmine.cuda import _owners

    recipe, there = Recipe(FEW, [GaussianBlur(ksize=3)]), gpu.put(BATCH[:1])
    empty = _owners.Numba.empty

    def fail(self, array, shape, dtype):
        if dtype == np.uint8:
            raise MemoryError("of the pool")
        return empty(self, array, shape, dtype)

    with monkeypatch.context() as patch:
        patch.setattr(_owners.Numba, "empty", fail)
        with pytest.raises(imgmine.CudaMemoryError, match="not enough memory left: of the pool"):
            recipe(there)
    np.testing.assert_array_equal(gpu.get(recipe(there))[0], recipe(BATCH[0]))


def test_descriptors_of_the_presets(gpu, monkeypatch):
    """Given arrays that can nothing but tell where they are."""
    from imgmine.cuda import _owners

    class Owner(_owners.Numba):
        def empty(self, _array, shape, dtype):
            return Owned(gpu.cuda.device_array(shape, dtype))

    own(monkeypatch, Owner())
    shapes = [features.HOG(shape=(8, 8), cell=4), features.Haralick(levels=4)]
    shapes.append(features.LBP(8, 2, method="nri_uniform", grid=(2, 2)))
    recipe = Recipe([*Recipe.named("balanced").descriptors, *shapes])
    actual = gpu.get(recipe(Owned(gpu.put(BATCH[:1]))).there)
    np.testing.assert_allclose(actual, [recipe(BATCH[0])], rtol=1e-6, atol=1e-6)
    for part in shapes[:2]:
        found = gpu.get(part(Owned(gpu.put(BATCH[0]))).there)
        np.testing.assert_allclose(found, part(BATCH[0]), rtol=1e-6, atol=1e-6)


def test_presets_of_images_without_pixels(gpu):
    check(gpu, Recipe.named("balanced"), BATCH[:, :0])

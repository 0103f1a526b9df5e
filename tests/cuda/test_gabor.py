"""Gabor filters, whose statistics are the core's bits."""

import os

import numpy as np
import pytest
from imgmine import features

SIMULATED = os.environ.get("NUMBA_ENABLE_CUDASIM") == "1"
TALL = 4 if SIMULATED else 64  # rows of a block


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import _wave_columns, _wave_rows

    patch = pytest.MonkeyPatch()
    if SIMULATED:
        for name, value in {"QUADS": 4, "WARPS": 2, "ROWS": 4}.items():
            patch.setattr(_wave_rows, name, value)
        for name, value in {"THREADS": 16, "TALL": TALL, "CHUNK": 4}.items():
            patch.setattr(_wave_columns, name, value)
    yield patch
    patch.undo()


def image_of(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("border", ["reflect101", "reflect", "replicate", "wrap", "constant"])
def test_borders(gpu, border):
    gpu.check(features.gabor_features, image_of((3, 9)), 3, 3, border=border)


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_orientations(gpu, n):
    """Filters of which a factor is real, and slanted ones, which come in pairs; more than four."""
    gpu.check(features.gabor_features, image_of((3, 4)), (2, 3)[: 1 + n // 3], n, ksize=5)
    gpu.check(features.gabor_features, image_of((3, 4)), 4, n, ksize=3, part="real")


@pytest.mark.parametrize("ksize", [1, 3, 5, 7, 9, 23, 255])
def test_sizes(gpu, ksize):
    """Filters of all lengths but for whole fours, and ones larger than the image."""
    shape = (2, 3) if ksize > 100 else (5, 18)
    gpu.check(features.gabor_features, image_of(shape), 6, 3, ksize=ksize)


@pytest.mark.parametrize("shape", [(1, 1), (1, 275), (TALL + 3, 5)])
def test_sums_are_added_up_in_order(gpu, shape):
    """Of more than 256 columns, and of more rows than go at once."""
    gpu.check(features.gabor_features, image_of(shape), 3, 2, ksize=3)


def test_flat_images(gpu):
    gpu.check(features.gabor_features, np.full((6, 20), 200, np.uint8), 3, 3)


@pytest.mark.parametrize("n", [1, 3, 4])
def test_responses(gpu, n):
    gpu.check(features.gabor_responses, image_of((5, 17)), (2, 3)[: 1 + n // 4], n)


def test_batches_go_as_many_at_a_time_as_fit(gpu, monkeypatch):
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 2)
    batch = image_of((3, 3, 4, 1))
    for function in (features.gabor_features, features.gabor_responses):
        actual = gpu.get(function(gpu.put(batch), (2, 3), 1))
        np.testing.assert_array_equal(actual, [function(x[..., 0], (2, 3), 1) for x in batch])


def test_strided_and_empty_images(gpu):
    image, waves = image_of((8, 9)), (2.5, 3)
    for function in (features.gabor_features, features.gabor_responses):
        expected = function(image[::2, 1::3], waves, 2)
        actual = gpu.get(function(gpu.put(image)[::2, 1::3], waves, 2))
        np.testing.assert_array_equal(actual, expected)
        gpu.check(function, image[:0], waves, 2)
        assert gpu.get(function(gpu.put(np.zeros((0, 4, 5, 1), np.uint8)), 4)).shape[0] == 0


def test_descriptor(gpu):
    """Of gray and color images and of batches; what recipes call."""
    descriptor = features.GaborFeatures(2, 2)
    gpu.check(descriptor, image_of((4, 4)))
    batch = image_of((2, 3, 4, 3))
    np.testing.assert_array_equal(gpu.get(descriptor(gpu.put(batch))), [*map(descriptor, batch)])


def test_refuses(gpu):
    there = gpu.put(image_of((4, 5)))
    with pytest.raises(ValueError, match=r"^border must be"):
        features.gabor_features(there, border="mirror")
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\), got \(4, 5, 3\)"):
        features.gabor_responses(gpu.put(image_of((4, 5, 3))))
    with pytest.raises(TypeError, match=r"^image must be uint8"):
        features.gabor_features(gpu.put(np.zeros((4, 5), np.float32)))


def test_recipe_of_textures(gpu):
    """The preset's weights and parts, on a GPU as a whole."""
    batch = image_of((1, 3, 4, 3))
    recipe = features.Recipe.named("texture")
    actual = gpu.get(recipe(gpu.put(batch)))
    np.testing.assert_allclose(actual, [recipe(batch[0])], rtol=1e-6, atol=1e-6)

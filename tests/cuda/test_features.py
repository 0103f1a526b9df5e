import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import features

few = settings(max_examples=3)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 1), (7, 35), (5, 11, 3), (34, 3, 2)])
NORMALIZE = ["l1", "l2", "hellinger", None]


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import _count_values

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        patch.setattr(_count_values, "WIDE", 12)
    yield patch
    patch.undo()


def image_of(shape, dtype="uint8", seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(dtype)


@few
@given(shapes, st.sampled_from([1, 8, 29, 256]), st.sampled_from(NORMALIZE))
def test_histogram_of_bytes(gpu, shape, bins, normalize):
    gpu.check(features.histogram, image_of(shape), bins, normalize=normalize)
    gpu.check(features.histogram, image_of(shape), bins, range=(3.5, 77), normalize=normalize)


@few
@given(shapes, st.sampled_from([1, 8, 29]), st.sampled_from(NORMALIZE))
def test_histogram_of_floats(gpu, shape, bins, normalize):
    image = image_of(shape, "float32") / np.float32(3)
    image.flat[0] = np.nan
    gpu.check(features.histogram, image, bins, range=(-1, 50.3), normalize=normalize)


def test_histogram_of_a_flat_image_and_of_many_bins(gpu):
    flat = np.full((60, 50), 7, np.uint8)
    gpu.check(features.histogram, flat, 256, normalize=None)
    gpu.check(features.histogram, image_of((20, 30, 3)), 5000, range=(0, 250), normalize=None)


def test_histograms_of_a_batch(gpu):
    batch = image_of((3, 6, 7, 3))
    for function, *arguments in ((features.histogram, 8), (features.color_histogram, 4, "hsv")):
        actual = gpu.get(function(gpu.put(batch), *arguments))
        np.testing.assert_array_equal(actual, [function(image, *arguments) for image in batch])


@pytest.mark.parametrize("grid", [(2, 1), (1, 3)])
def test_histograms_of_cells(gpu, grid):
    """Some of which are empty."""
    gpu.check(features.histogram, image_of((3, 2)), 7, grid=grid, normalize="hellinger")
    gpu.check(features.histogram, image_of((3, 4), "float32"), 7, grid=grid)
    gpu.check(features.color_histogram, image_of((0, 4, 3)), 2, grid=grid)


def test_histograms_of_cells_of_a_batch(gpu, monkeypatch):
    """Of which two images fit at a time."""
    from imgmine.cuda import _job

    monkeypatch.setattr(_job.Job, "at_once", lambda self, n, n_bytes: 2)
    batch, how = image_of((3, 3, 5, 3)), (2, "hsv")
    actual = gpu.get(features.color_histogram(gpu.put(batch), *how, grid=(1, 2)))
    expected = [features.color_histogram(image, *how, grid=(1, 2)) for image in batch]
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("channels", [1, 3, 4, 33])
def test_histograms_of_images_that_begin_anywhere(gpu, channels):
    batch = image_of((3, 1, 39, channels))
    for first in (1, 2):
        actual = gpu.get(features.histogram(gpu.put(batch)[first:], 8, normalize=None))
        expected = [features.histogram(image, 8, normalize=None) for image in batch[first:]]
        np.testing.assert_array_equal(actual, expected)
        if channels in (3, 4):
            actual = gpu.get(features.color_histogram(gpu.put(batch)[first:], 4, normalize=None))
            expected = [features.color_histogram(x, 4, normalize=None) for x in batch[first:]]
            np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab", "opponent"])
def test_color_histogram(gpu, space):
    image = image_of((5, 20, 3), seed=1)
    gpu.check(features.color_histogram, image, (8, 3, 5), space)
    gpu.check(features.color_histogram, image, (18, 3, 5), space, joint=False, normalize="l1")
    gpu.check(features.color_histogram, image_of((4, 5, 4)), 4, space, normalize=None)
    gpu.check(features.color_histogram, image, 32, space, normalize=None)


@few
@given(st.sampled_from([(1, 1), (2, 9), (9, 2), (7, 11)]))
def test_lbp(gpu, shape):
    image = image_of(shape) // 32
    for method in ("uniform", "ror", "default", "nri_uniform"):
        gpu.check(features.lbp, image, method=method)
    for points, radius, method in [
        (16, 2, "uniform"),
        (12, 1.5, "ror"),
        (20, 3, "default"),
        (9, 2, "nri_uniform"),
    ]:
        gpu.check(features.lbp, image, points, radius, method)
    gpu.check(features.lbp, image, 4, 2, "default")


def test_empty(gpu):
    gpu.check(features.histogram, np.zeros((0, 5, 3), np.uint8))
    gpu.check(features.color_histogram, np.zeros((5, 0, 3), np.uint8), 4)
    gpu.check(features.lbp, np.zeros((5, 0), np.uint8))


def test_refused(gpu):
    image = gpu.put(image_of((4, 5, 3)))
    with pytest.raises(ValueError, match="levels, mask and labels must not be given"):
        features.histogram(image, levels=2)
    with pytest.raises(ValueError, match="grid must have at most 4096 cells on a GPU, got 8192"):
        features.histogram(image, grid=(2, 4096))
    with pytest.raises(ValueError, match="bins must be between 1 and 65536"):
        features.histogram(image, 0)
    gray = gpu.put(image_of((4, 5)))
    with pytest.raises(TypeError, match="image is on a GPU, and this function has no CUDA version"):
        features.hu_moments(gray)

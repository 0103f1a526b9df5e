import math
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import features

few = settings(max_examples=2)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 1), (7, 11)])
CIRCLES = [(8, 1, "uniform"), (8, 2, "nri_uniform"), (4, 1.5, "ror"), (12, 2.3, "default")]


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import (
        _count_patterns,
        _lbp,
        _lbp_histogram,
        _normalize_counts,
        _shared_counts,
    )

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        for module in (_count_patterns, _lbp_histogram, _normalize_counts):
            patch.setattr(module, "THREADS", 8)
        patch.setattr(_shared_counts, "SHARED", 512)
        patch.setattr(_lbp, "BLOCK", (4, 2))
    yield patch
    patch.undo()


def image_of(shape, most=256, seed=0):
    return np.random.default_rng(seed).integers(0, most, shape).astype(np.uint8)


@pytest.mark.parametrize(("points", "radius", "method"), CIRCLES)
def test_lbp_histogram(gpu, points, radius, method):
    @few
    @given(shapes, st.sampled_from(["l1", "l2", "hellinger", None]))
    def run(shape, normalize):
        image = image_of(shape, 4)
        gpu.check(features.lbp_histogram, image, points, radius, method, normalize=normalize)

    run()


@pytest.mark.parametrize("grid", [(2, 2), (3, 1), (2, 6)])
def test_cells(gpu, grid):
    for shape in ((5, 11), (1, 5)):
        gpu.check(features.lbp_histogram, image_of(shape), grid=grid, normalize=None)


def test_a_batch_of_histograms(gpu):
    batch = image_of((3, 5, 6, 1), 5)
    actual = gpu.get(features.lbp_histogram(gpu.put(batch), 8, 2, "nri_uniform", grid=(2, 2)))
    alone = [features.lbp_histogram(x[..., 0], 8, 2, "nri_uniform", grid=(2, 2)) for x in batch]
    np.testing.assert_array_equal(actual, alone)


def test_more_codes_than_shared_memory_holds(gpu):
    gpu.check(features.lbp_histogram, image_of((6, 9), 3), 10, 2, "default")


@pytest.mark.parametrize("method", ["uniform", "nri_uniform", "ror", "default"])
def test_all_codes_of_many_points(gpu, method):
    gpu.check(features.lbp, image_of((9, 13), 3), 9, 2, method)
    if method != "default":
        gpu.check(features.lbp, image_of((5, 9), 3), 32, 3, method)


@pytest.mark.parametrize(("points", "radius"), [(8, 1), (12, 1.7)])
def test_flat_images(gpu, points, radius):
    """Where the rounding of doubles decides, which depends on value, row and column."""
    values = [1, 7, 100, 255]
    strip = np.repeat(np.array(values, np.uint8), 35).reshape(4, 35)
    gpu.check(features.lbp, np.repeat(strip, 5, axis=0), points, radius, "default")


def test_ramps(gpu):
    """Ties of places whose surroundings are not flat."""
    for down, across in ((3, 5), (-2, 2), (1, 0)):
        ramp = np.add.outer(np.arange(9) * down, np.arange(20) * across) + 90
        gpu.check(features.lbp, ramp.astype(np.uint8), 8, 1, "default")


@pytest.mark.parametrize("shape", [(18, 36), (17, 35)])
def test_few_values(gpu, shape):
    """Ties of all kinds, in rows of whole words and in others, around powers of two."""
    gpu.check(features.lbp, image_of(shape, 2) + np.uint8(100), 8, 1, "default")
    gpu.check(features.lbp_histogram, image_of(shape, 3), grid=(2, 3), normalize=None)


def test_the_table_of_flat_images_is_right_everywhere(gpu):
    from imgmine.cuda._lbp import flat_ties
    from imgmine.features._lbp import circle

    rows, columns = circle(8, 1.3)
    ties = flat_ties(tuple(rows), tuple(columns), 4, 8192)
    for i, (row, column) in enumerate(zip(rows, columns, strict=True)):
        left = np.arange(1, 8192)
        place = left - math.floor(column) + np.float64(column)
        right, down = (place - np.floor(place))[:, np.newaxis], 1 - math.floor(row) + row
        down -= math.floor(down)
        values = np.arange(256.0)
        along = (1 - right) * values + right * values
        expected = (1 - down) * along + down * along >= values
        bits = np.floor(np.log2(left)).astype(int) + 1
        np.testing.assert_array_equal(ties[i, 1, bits], expected)


def test_nothing_and_what_is_refused(gpu):
    for shape in ((0, 5), (5, 0)):
        gpu.check(features.lbp_histogram, np.zeros(shape, np.uint8), grid=(1, 2))
    image = image_of((4, 5))
    with pytest.raises(ValueError, match="mask and labels must not be given for an array on a GPU"):
        features.lbp_histogram(gpu.put(image), mask=image > 3)
    with pytest.raises(ValueError, match="points must be at most 16 for patterns to be counted"):
        features.lbp_histogram(gpu.put(image), 17, 2, "default")
    with pytest.raises(ValueError, match="normalize must be"):
        features.lbp_histogram(gpu.put(image), normalize="best")


def test_blocks_as_they_are(gpu, blocks):
    blocks.undo()
    gpu.check(features.lbp_histogram, image_of((5, 40), 8))
    gpu.check(features.lbp, image_of((5, 40), 8))

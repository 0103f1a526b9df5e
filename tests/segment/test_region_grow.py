import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import region_grow
from scipy import ndimage

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

STEPS = [(-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)]


def reference(image, seeds, tolerance, connectivity):
    """Seeded region growing as the docstring tells it."""
    height, width = seeds.shape
    values = image.reshape(height, width, -1).astype(np.float64)
    labels = seeds.astype(np.int32)
    sums = {k: values[labels == k].sum(axis=0) for k in np.unique(labels)}
    counts = {k: (labels == k).sum() for k in np.unique(labels)}
    waiting, age = [], 0

    def meet(y, x):
        nonlocal age
        k = labels[y, x]
        for dy, dx in STEPS[:connectivity]:
            at = y + dy, x + dx
            if 0 <= at[0] < height and 0 <= at[1] < width and labels[at] == 0:
                squares = 0.0
                for difference in values[at] - sums[k] / counts[k]:
                    squares += difference * difference
                if squares <= tolerance * tolerance:
                    heapq.heappush(waiting, (squares, age, at, k))
                    age += 1

    for y, x in np.argwhere(seeds):
        meet(y, x)
    while waiting:
        _, _, at, k = heapq.heappop(waiting)
        if labels[at] == 0:
            labels[at] = k
            sums[k] = sums[k] + values[at]
            counts[k] += 1
            meet(*at)
    return labels


def seeds_of(shape, n):
    rng = np.random.default_rng(n)
    seeds = np.zeros(shape, np.int32)
    for i in range(n):
        seeds[tuple(rng.integers(extent) for extent in shape)] = 1 + 7 * (i % 5)
    return seeds


@given(
    images(dtypes=[np.uint8], channels=(None, 1, 3), min_side=1),
    st.integers(0, 9),
    st.sampled_from([0, 30, 150, np.inf]),
    st.sampled_from([4, 8]),
)
def test_matches_reference(image, n, tolerance, connectivity):
    seeds = seeds_of(image.shape[:2], n)
    labels = region_grow(image, seeds, tolerance=tolerance, connectivity=connectivity)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, reference(image, seeds, tolerance, connectivity))
    as_floats = region_grow(
        image.astype(np.float32), seeds, tolerance=tolerance, connectivity=connectivity
    )
    np.testing.assert_array_equal(as_floats, labels)


def test_finds_the_things_in_noise():
    truth = np.ones((80, 90), np.int32)
    truth[20:60, 30:50] = 2
    noisy = np.where(truth == 2, 180, 60) + np.random.default_rng(0).normal(0, 12, truth.shape)
    image = np.uint8(np.clip(noisy, 0, 255))
    seeds = np.zeros_like(truth)
    seeds[5:8, 5:8], seeds[38:41, 38:41] = 1, 2
    found = region_grow(ndimage.uniform_filter(image, 3), seeds)
    assert (found == truth).mean() > 0.98


def test_one_pixel_no_seed_and_no_pixel():
    assert region_grow(np.zeros((1, 1), np.uint8), [[2**31 - 1]]) == 2**31 - 1
    assert not region_grow(np.zeros((3, 4), np.uint8), np.zeros((3, 4), int)).any()
    assert region_grow(np.zeros((0, 4), np.uint8), np.zeros((0, 4), int)).shape == (0, 4)
    constant = np.full((5, 6), 9, np.uint8)
    np.testing.assert_array_equal(region_grow(constant, constant), constant)


def test_refuses():
    image, seeds = np.zeros((4, 5), np.uint8), np.zeros((4, 5), np.int32)
    with pytest.raises(ValueError, match=r"^seeds must have the shape of the image"):
        region_grow(image, seeds[:3])
    with pytest.raises(ValueError, match=r"^seeds must be >= 0"):
        region_grow(image, seeds - 1)
    with pytest.raises(TypeError, match=r"^seeds must hold whole numbers, got float64"):
        region_grow(image, seeds * 1.0)
    with pytest.raises(ValueError, match=r"^image must be finite"):
        region_grow(np.full((4, 5), np.inf, np.float32), seeds)
    for bad in (-1, np.nan):
        with pytest.raises(ValueError, match=r"^tolerance must be >= 0, got"):
            region_grow(image, seeds, tolerance=bad)
    with pytest.raises(ValueError, match=r"^connectivity must be 4 or 8, got 5"):
        region_grow(image, seeds, connectivity=5)

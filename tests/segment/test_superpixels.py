import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import _core
from imgmine.segment import slic, superpixels

from ..strategies import large
from .test_slic import assert_partition, eighths, numbers, photograph, pictures

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def smoothed(lab):
    """Return rounded means of 3 x 3 pixels."""
    height, width = lab.shape[:2]
    padded = np.pad(lab, ((1, 1), (1, 1), (0, 0)), mode="edge")
    total = sum(padded[v : v + height, u : u + width] for v in range(3) for u in range(3))
    return np.floor(total / 9 + 0.5).astype(int)


def borders_of(labels, smooth):
    """Return sides and sums of contrasts of each pair of labels, in the order they are met."""
    height, width = labels.shape
    borders = {}
    for y in range(height):
        for x in range(width):
            for v, u, before, behind in (
                (y, x + 1, (y, max(x - 1, 0)), (y, min(x + 2, width - 1))),
                (y + 1, x, (max(y - 1, 0), x), (min(y + 2, height - 1), x)),
            ):
                if v == height or u == width or labels[v, u] == labels[y, x]:
                    continue
                pair = frozenset((labels[y, x] - 1, labels[v, u] - 1))
                square = ((smooth[before] - smooth[behind]) ** 2).sum()
                sides, total = borders.get(pair, (0, 0))
                borders[pair] = sides + 1, total + int(16 * np.sqrt(square))
    return borders


def reference(image, n_segments, compactness, edge_weight):
    """Join by the definition, computing all costs anew each time."""
    lab = eighths(image)
    pixels = lab.shape[0] * lab.shape[1]
    small = max(pixels // 36, min(pixels, 3 * n_segments), 1)
    labels = slic(image, small, compactness=compactness, n_iter=6)
    borders = borders_of(labels, smoothed(lab))
    regions = {
        k: np.array([(labels == k + 1).sum(), *lab[labels == k + 1].sum(0)])
        for k in range(labels.max())
    }

    def cost(pair):
        p, q = (regions[k] for k in pair)
        sides, contrast = borders[pair]
        apart = np.sqrt(((p[1:] / p[0] - q[1:] / q[0]) ** 2).sum())
        edge = contrast / (16 * sides)
        return p[0] * q[0] / (p[0] + q[0]) * (apart + edge_weight * edge) / sides**0.25

    while len(regions) > n_segments and borders:
        kept, gone = sorted(min(borders, key=cost))
        regions[kept] = regions[kept] + regions.pop(gone)
        labels[labels == gone + 1] = kept + 1
        old, borders = borders, {}
        for pair, (sides, contrast) in old.items():
            new = frozenset(kept if k == gone else k for k in pair)
            if len(new) == 2:
                before = borders.get(new, (0, 0))
                borders[new] = before[0] + sides, before[1] + contrast
    return labels


@pytest.mark.parametrize("edge_weight", [0, 0.5, 3])
@pytest.mark.parametrize("gray", [False, True])
def test_matches_reference(gray, edge_weight):
    image = photograph()[20:80, 60:120]
    image = np.ascontiguousarray(image[..., 1]) if gray else image
    expected = reference(image, 12, 5, edge_weight)
    actual = superpixels(image, 12, edge_weight=edge_weight)
    pairs = np.unique(expected.astype(int) * 1000 + actual)
    assert len(pairs) == 12 == actual.max()


@given(pictures, numbers, st.sampled_from([0.1, 10, 1000]), st.sampled_from([0, 1, 1000]))
def test_superpixels_are_a_partition(image, n_segments, compactness, edge_weight):
    labels = superpixels(image, n_segments, compactness=compactness, edge_weight=edge_weight)
    assert_partition(labels, image.shape)
    assert labels.size == 0 or labels.max() <= n_segments


def test_superpixels_of_flat_parts_are_these():
    image = np.full((60, 90, 3), 40, np.uint8)
    image[:30, 20:60] = 200, 90, 10
    image[40:, 70:] = 10, 90, 210
    expected = np.zeros(image.shape[:2], int)
    for k, value in enumerate([40, 200, 10], 1):
        expected[image[..., 0] == value] = k
    np.testing.assert_array_equal(superpixels(image, 3), expected)


@pytest.mark.parametrize("n_segments", [1, 2, 50, 1000])
def test_superpixels_are_as_many_as_asked_for(n_segments):
    assert superpixels(photograph(), n_segments).max() == n_segments


def test_merging_is_a_hierarchy():
    image = photograph()
    fine, coarse = superpixels(image, 200), superpixels(image, 40)
    parents = [np.unique(coarse[fine == k]) for k in range(1, 201)]
    assert all(len(found) == 1 for found in parents)


def test_threads_share_large_images():
    image = np.kron(large((70, 90, 3)), np.ones((8, 8, 1), np.uint8))
    labels = superpixels(image, 300)
    _core.set_local_num_threads(1)
    np.testing.assert_array_equal(labels, superpixels(image, 300))
    _core.set_local_num_threads(0)


def test_refuses():
    image = np.zeros((8, 9, 3), np.uint8)
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        superpixels(image.astype(np.float32))
    with pytest.raises(ValueError, match=r"^image must have 1 or 3 channels, got 4"):
        superpixels(np.zeros((8, 9, 4), np.uint8))
    with pytest.raises(ValueError, match=r"^n_segments must be at least 1, got 0"):
        superpixels(image, 0)
    for compactness in (0, -1, 1001, np.nan):
        with pytest.raises(ValueError, match=r"^compactness must be above 0 and at most 1000"):
            superpixels(image, compactness=compactness)
    for edge_weight in (-1, 1001, np.nan):
        with pytest.raises(ValueError, match=r"^edge_weight must be from 0 to 1000"):
            superpixels(image, edge_weight=edge_weight)

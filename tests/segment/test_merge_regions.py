import numpy as np
import pytest
from imgmine.filters import gaussian_blur
from imgmine.segment import felzenszwalb, merge_regions, slic

from ..strategies import LAYOUTS, large
from .test_region_adjacency import UNITS, contacts_of, lab_of, smooth_lab

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def color_histograms(pixels):
    """Return histograms of L*, a* and b*, each pixel shared by the two nearest of 20 bins."""
    histograms = np.zeros((3, 20))
    for c, (first, step) in enumerate([(0, 13), (71, 6), (71, 6)]):
        at = np.clip(pixels[:, c].astype(float) - first, 0, 19 * step) / step
        low = at.astype(int)
        np.add.at(histograms[c], low, 1 - (at - low))
        np.add.at(histograms[c], np.minimum(low + 1, 19), at - low)
    return histograms / len(pixels)


def texture_codes(light, sigma):
    """Return the strength and direction of the gradient, one of 20, at each pixel."""
    padded = np.pad(gaussian_blur(light, float(sigma), border="reflect"), 1, "edge")
    gx = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2 * sigma
    gy = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2 * sigma
    strength = np.digitize(np.hypot(gx, gy), np.sqrt([0.5, 2, 8, 32]))
    direction = np.where((gx < 0) == (gy < 0), 1, 3)
    direction[abs(gy) <= np.tan(np.pi / 8) * abs(gx)] = 0
    direction[abs(gx) <= np.tan(np.pi / 8) * abs(gy)] = 2
    return 4 * strength + direction


def chi_squared(a, b):
    both = np.where(a + b > 0, a + b, 1)
    return 0.5 * ((a - b) ** 2 / both).sum(-1)


class Reference:
    """What joining two sets of regions costs, from all of their pixels."""

    def __init__(self, image, labels, weights=(0.01, 0.08, 0.8)):
        self.weights = weights
        self.labels, self.contacts, self.known = labels, contacts_of(labels), {}
        self.lab, self.smooth = lab_of(image), smooth_lab(image)
        light = np.ascontiguousarray(self.lab[..., 0].astype(np.float32) * np.float32(100 / 255))
        self.codes = [texture_codes(light, sigma) for sigma in (1, 2)]

    def distances(self, one, other):
        """Return the chi-squared distances of colors and of textures."""
        masks = [np.isin(self.labels, list(group)) for group in (one, other)]
        colors = chi_squared(*(color_histograms(self.lab[mask]) for mask in masks))
        counts = [
            [np.bincount(codes[mask], minlength=20) / mask.sum() for codes in self.codes]
            for mask in masks
        ]
        textures = chi_squared(np.array(counts[0]), np.array(counts[1]))
        return colors @ [1, 2, 2] / 5 + textures.mean()

    def border(self, one, other):
        keys = [k for k in self.contacts if (k[0] in one) != (k[1] in one)]
        return [k for k in keys if set(k) <= one | other]

    def length(self, keys):
        return sum(len(self.contacts[k]) for k in keys)

    def cost(self, one, other):
        key = frozenset(one), frozenset(other)
        if key not in self.known:
            self.known[key] = self.cost_of_new(one, other)
        return self.known[key]

    def cost_of_new(self, one, other):
        common = self.border(one, other)
        if not common:
            return None
        n, everyone = self.length(common), set(np.unique(self.labels)) - {0}
        sizes = [np.isin(self.labels, list(group)).sum() for group in (one, other)]
        means = [self.lab[np.isin(self.labels, list(g))].mean(0) * UNITS for g in (one, other)]
        apart = np.sqrt((means[0] - means[1]) ** 2 @ [1, 2, 2])
        places = [place for k in common for place in self.contacts[k]]
        edge = [np.linalg.norm(self.smooth[y, x] - self.smooth[v, u]) for y, x, v, u in places]
        near = sum(self.distances({k[0]}, {k[1]}) * len(self.contacts[k]) for k in common) / n
        s = self.weights @ np.array([apart, np.mean(edge), self.distances(one, other) + near])
        shorter = min(self.length(self.border(g, everyone - g)) for g in (one, other))
        m = sizes[0] * sizes[1] / sum(sizes) / (self.labels > 0).sum()
        return s * (m / (n / shorter)) ** 0.2

    def merge(self, n_regions=1, threshold=np.inf):
        groups = [{int(label)} for label in np.unique(self.labels) if label]
        while len(groups) > n_regions:
            costs = {}
            for i, one in enumerate(groups):
                for other in groups[i + 1 :]:
                    cost = self.cost(one, other)
                    if cost is not None:
                        costs[cost] = (one, other)
            if not costs or min(costs) > threshold:
                break
            one, other = costs[min(costs)]
            groups = [g for g in groups if g not in (one, other)] + [one | other]
        merged = np.zeros_like(self.labels)
        for i, group in enumerate(groups):
            merged[np.isin(self.labels, list(group))] = i + 1
        names = dict.fromkeys(int(label) for label in merged.ravel() if label)
        table = {0: 0, **{label: i + 1 for i, label in enumerate(names)}}
        return np.vectorize(table.get)(merged)


@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("seed", range(2))
def test_matches_reference(channels, seed):
    rng = np.random.default_rng(seed)
    image = large((24, 30) if channels is None else (24, 30, channels))
    image = np.roll(image, seed, axis=1) // np.uint8(1 + seed)
    labels = rng.permutation(13)[:12].reshape(3, 4).repeat(8, 0).repeat([6, 7, 8, 9], 1)
    reference = Reference(image, labels)
    for options in ({"n_regions": 3}, {"threshold": 0.3}, {"n_regions": 7, "threshold": 0.2}):
        merged = merge_regions(image, labels, **options)
        assert merged.dtype == np.int32
        np.testing.assert_array_equal(merged, reference.merge(**options))


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0, 2.5), (0.03, 0.01, 0.2)])
def test_weights(weights):
    image = np.roll(large((24, 30, 3)), 5, axis=0)
    labels = np.random.default_rng(2).permutation(13)[:12].reshape(3, 4)
    labels = labels.repeat(8, 0).repeat([6, 7, 8, 9], 1)
    reference = Reference(image, labels, weights)
    merged = merge_regions(image, labels, n_regions=4, weights=weights)
    np.testing.assert_array_equal(merged, reference.merge(n_regions=4))


def test_joins_what_is_alike():
    image = np.full((40, 60, 3), 60, np.uint8)
    image[:, 30:] = 200, 90, 20
    image += np.random.default_rng(0).integers(0, 9, image.shape, dtype=np.uint8)
    start = slic(image, 60)
    expected = 1 + (np.arange(60) >= 30)[np.newaxis].repeat(40, 0)
    np.testing.assert_array_equal(merge_regions(image, start), expected)
    np.testing.assert_array_equal(merge_regions(image, start, n_regions=2), expected)
    assert merge_regions(image, start, n_regions=1).max() == 1
    assert merge_regions(image, start, n_regions=10**6 - 1).max() == start.max()
    assert merge_regions(image, start, threshold=0).max() == start.max()


def test_numbers_of_regions_and_nesting():
    image = large((700, 500, 3))
    start = felzenszwalb(image, scale=100)
    finer = merge_regions(image, start, n_regions=40)
    coarser = merge_regions(image, start, n_regions=7)
    assert finer.max() == 40
    assert coarser.max() == 7
    assert len(np.unique(finer * 8 + coarser)) == 40
    assert len(np.unique(start.astype(np.int64) * 41 + finer)) == start.max()
    assert (np.diff(np.unique(coarser, return_index=True)[1]) > 0).all()


def test_equal_costs_go_by_labels():
    image = np.full((6, 8), 77, np.uint8)
    labels = np.array([[5, 5, 9, 9, 2, 2, 7, 7]]).repeat(6, 0)
    merged = merge_regions(image, labels, n_regions=3)
    assert merged[0].tolist() == [1, 1, 2, 2, 3, 3, 3, 3]


def test_labels_far_apart_and_none():
    image = large((8, 12))
    labels = np.array([[1, 2, 0, 2**31 - 1]]).repeat(8, 0).repeat(3, 1)
    assert merge_regions(image, labels, n_regions=1)[0].tolist() == [1] * 6 + [0] * 3 + [2] * 3


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout):
    image, labels = large((12, 17, 3)), (np.arange(12)[:, None] // 3 * 4 + np.arange(17) // 5 + 1)
    if "many times" not in layout:
        actual = merge_regions(LAYOUTS[layout](image), LAYOUTS[layout](labels), n_regions=4)
        np.testing.assert_array_equal(actual, merge_regions(image, labels, n_regions=4))


def test_degenerate():
    image, labels = np.zeros((4, 5), np.uint8), np.ones((4, 5), np.int32)
    assert (merge_regions(image, labels) == 1).all()
    assert (merge_regions(image, labels * 0) == 0).all()
    assert merge_regions(image[:1, :1], labels[:1, :1]).tolist() == [[1]]
    assert merge_regions(image[:0], labels[:0]).shape == (0, 5)
    assert (merge_regions(image, np.arange(1, 21).reshape(4, 5)) == 1).all()


def test_refuses():
    image, labels = np.zeros((4, 5), np.uint8), np.ones((4, 5), np.int32)
    with pytest.raises(ValueError, match=r"^n_regions must be positive, got 0"):
        merge_regions(image, labels, n_regions=0)
    with pytest.raises(ValueError, match=r"^threshold must be finite and not negative, got -1"):
        merge_regions(image, labels, threshold=-1)
    with pytest.raises(ValueError, match=r"^labels must have the image's size, 4 x 5, got 4 x 4"):
        merge_regions(image, labels[:, :4])
    with pytest.raises(ValueError, match=r"^labels must not be negative, got -1"):
        merge_regions(image, -labels)
    with pytest.raises(ValueError, match=r"^image must have 1 or 3 channels, got 4"):
        merge_regions(np.zeros((4, 5, 4), np.uint8), labels)
    for bad in (-0.1, 2e6, np.nan):
        with pytest.raises(ValueError, match=r"^weights must be from 0 to 1000000, got"):
            merge_regions(image, labels, weights=(0.01, bad, 0.8))
    for bad in ((1, 2), 3.0, "abcd", None):
        with pytest.raises(ValueError, match=r"^weights must be three numbers, got"):
            merge_regions(image, labels, weights=bad)
    with pytest.raises(TypeError, match=r"^weights must be a number, got str"):
        merge_regions(image, labels, weights=(1, "2", 3))
    with pytest.raises(TypeError, match=r"^n_regions must be a whole number, got float"):
        merge_regions(image, labels, n_regions=2.5)

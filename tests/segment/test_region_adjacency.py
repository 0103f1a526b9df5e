import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.color import rgb2lab
from imgmine.filters import gaussian_blur
from imgmine.segment import region_adjacency

from ..strategies import LAYOUTS, images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

UNITS = np.array([100 / 255, 1, 1])


def lab_of(image):
    """Return L*a*b* in bytes of an RGB or gray image."""
    rgb = np.broadcast_to(image.reshape(*image.shape[:2], -1), (*image.shape[:2], 3))
    return rgb2lab(np.ascontiguousarray(rgb))


def smooth_lab(image):
    """Return L*a*b* in units of its own, after a Gaussian."""
    lab = lab_of(image).astype(np.float32)
    lab[..., 0] *= np.float32(100) / np.float32(255)
    return gaussian_blur(lab, 1.0, border="reflect").astype(np.float64)


def contacts_of(labels):
    """Return the pairs of places, (y, x, y2, x2), where two regions meet, by their labels."""
    contacts = {}
    for y, x in np.ndindex(labels.shape):
        for y2, x2 in ((y, x + 1), (y + 1, x)):
            if y2 < labels.shape[0] and x2 < labels.shape[1]:
                pair = sorted((int(labels[y, x]), int(labels[y2, x2])))
                if 0 < pair[0] < pair[1]:
                    contacts.setdefault(tuple(pair), []).append((y, x, y2, x2))
    return dict(sorted(contacts.items()))


@given(images(dtypes=[np.uint8], channels=(None,)), st.sampled_from([2, 3, 200]))
def test_finds_pairs_and_lengths(image, n):
    labels = (image % n).astype(np.int32) * (1 if n < 200 else 10_000_000)
    graph = region_adjacency(labels)
    contacts = contacts_of(labels)
    assert graph.pairs.dtype == np.int32
    assert graph.length.dtype == np.int64
    assert len(graph) == len(contacts)
    assert graph.pairs.tolist() == [list(pair) for pair in contacts]
    assert graph.length.tolist() == [len(places) for places in contacts.values()]
    assert graph.color_difference is None
    assert graph.gradient is None


@pytest.mark.parametrize("channels", [None, 1, 3])
def test_measures_differences(channels):
    rng = np.random.default_rng(5)
    image = large((50, 70) if channels is None else (50, 70, channels))
    labels = rng.integers(0, 6, (5, 7)).repeat(10, 0).repeat(10, 1)
    graph = region_adjacency(labels, image)
    lab, smooth = lab_of(image) * UNITS, smooth_lab(image)
    for k, ((a, b), places) in enumerate(contacts_of(labels).items()):
        assert graph.pairs[k].tolist() == [a, b]
        means = [lab[labels == label].mean(0) for label in (a, b)]
        expected = np.linalg.norm(means[0] - means[1])
        assert graph.color_difference[k] == pytest.approx(expected, rel=1e-5)
        apart = [np.linalg.norm(smooth[y, x] - smooth[y2, x2]) for y, x, y2, x2 in places]
        assert graph.gradient[k] == pytest.approx(np.mean(apart), rel=1e-4, abs=1e-5)


def test_threads_share_the_rows():
    labels = np.arange(1, 301).reshape(20, 15).repeat(40, 0).repeat(50, 1)
    graph = region_adjacency(labels, large((800, 750, 3)))
    assert len(graph) == 20 * 14 + 19 * 15
    assert set(graph.length) == {40, 50}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_and_dtypes(layout):
    image = large((12, 17, 3))
    labels = np.arange(4).repeat(3)[:, None] * 2 + np.arange(17) // 9
    expected = region_adjacency(labels, image)
    for dtype in (np.uint8, np.int16, np.int32, np.uint64):
        actual = region_adjacency(LAYOUTS[layout](labels.astype(dtype)), LAYOUTS[layout](image))
        if "many times" not in layout:
            np.testing.assert_array_equal(actual.pairs, expected.pairs)
            np.testing.assert_array_equal(actual.gradient, expected.gradient)


def test_degenerate():
    assert len(region_adjacency(np.zeros((0, 4), np.int32))) == 0
    assert len(region_adjacency(np.zeros((4, 5), np.int32), np.zeros((4, 5), np.uint8))) == 0
    graph = region_adjacency(np.ones((1, 1), np.int32), np.zeros((1, 1, 3), np.uint8))
    assert graph.pairs.shape == (0, 2)
    assert graph.gradient.dtype == graph.color_difference.dtype == np.float32


def test_refuses():
    labels, image = np.ones((4, 5), np.int32), np.zeros((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^labels must not be negative, got -3"):
        region_adjacency(labels * -3)
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        region_adjacency(labels.astype(float))
    with pytest.raises(ValueError, match=r"^labels must have the image's size, 5 x 4, got 4 x 5"):
        region_adjacency(labels, image.T)
    with pytest.raises(ValueError, match=r"^image must have 1 or 3 channels, got 2"):
        region_adjacency(labels, np.zeros((4, 5, 2), np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        region_adjacency(labels, image.astype(np.float32))

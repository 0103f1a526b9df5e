import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import EdgeHistogram, edge_histogram

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

ROOT2 = np.sqrt(2)
FILTERS = np.array(
    [[1, -1, 1, -1], [1, 1, -1, -1], [ROOT2, 0, 0, -ROOT2], [0, ROOT2, -ROOT2, 0], [2, -2, -2, 2]]
)


def reference(image, n_blocks, threshold):
    """Go block by block, with means in double."""
    height, width = image.shape
    side = max(int(np.sqrt(height * width / n_blocks) / 2) * 2, 2)
    half = side // 2
    counts, kinds = np.zeros((4, 4)), np.zeros((4, 4, 5))
    for y in range(0, height - side + 1, side):
        for x in range(0, width - side + 1, side):
            block = image[y : y + side, x : x + side].astype(np.float64)
            means = block.reshape(2, half, 2, half).mean((1, 3)).ravel()
            strengths = np.abs(FILTERS @ means)
            part = (4 * y // height, 4 * x // width)
            counts[part] += 1
            if strengths.max() >= threshold - 1e-9:
                kinds[part][(strengths > strengths.max() - 1e-9).argmax()] += 1
    return (kinds / np.maximum(counts, 1)[..., np.newaxis]).ravel()


@given(
    images(dtypes=[np.uint8], channels=(None,)),
    st.sampled_from([1, 7, 100, 1100]),
    st.sampled_from([0, 11, 50.5]),
)
def test_matches_reference(image, n_blocks, threshold):
    actual = edge_histogram(image, n_blocks=n_blocks, threshold=threshold)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, reference(image, n_blocks, threshold), atol=1e-6)


@pytest.mark.parametrize("shape", [(600, 801), (1000, 333)])
def test_large(shape):
    image = large(shape)
    np.testing.assert_allclose(edge_histogram(image), reference(image, 1100, 11), atol=1e-6)


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ([[0, 9], [0, 9]], 0),
        ([[0, 0], [9, 9]], 1),
        ([[0, 5], [5, 9]], 2),
        ([[5, 0], [9, 5]], 3),
        ([[0, 9], [9, 0]], 4),
    ],
)
def test_kinds(pattern, kind):
    image = np.tile(np.array(pattern, np.uint8) * 20, (16, 16))
    shares = edge_histogram(image).reshape(16, 5)
    np.testing.assert_array_equal(shares, np.tile(np.eye(5)[kind], (16, 1)))


def test_levels_are_nearest():
    """A share of 0 is level 0, one of 1 level 7; they rise with the share."""
    stripes = np.tile(np.uint8([0, 200]), (64, 32))
    assert edge_histogram(stripes, quantize=True).reshape(16, 5)[3].tolist() == [7, 0, 0, 0, 0]
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (300, 300), np.uint8)
    shares, levels = edge_histogram(image), edge_histogram(image, quantize=True)
    for kind in range(5):
        order = np.argsort(shares[kind::5])
        assert (np.diff(levels[kind::5][order]) >= 0).all()


def test_larger_parts_are_means():
    image = large((300, 300))
    shares = edge_histogram(image)
    longer = edge_histogram(image, larger_parts=True)
    parts = shares.reshape(4, 4, 5)
    np.testing.assert_array_equal(longer[:80], shares)
    np.testing.assert_allclose(longer[80:85], parts.mean((0, 1)), rtol=1e-6)
    np.testing.assert_allclose(longer[85:90], parts[0].mean(0), rtol=1e-6)
    np.testing.assert_allclose(longer[105:110], parts[:, 0].mean(0), rtol=1e-6)
    np.testing.assert_allclose(longer[145:150], parts[1:3, 1:3].mean((0, 1)), rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_blocks": 0}, "^n_blocks must be between 1 and 1048576, got 0"),
        ({"threshold": -1}, "^threshold must be finite and not negative"),
        ({"threshold": np.nan}, "^threshold must be finite"),
        ({"quantize": True, "larger_parts": True}, "^quantize and larger_parts"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        edge_histogram(np.zeros((8, 8), np.uint8), **arguments)
    with pytest.raises(ValueError, match=message):
        EdgeHistogram(**arguments)


def test_refuses_colors():
    with pytest.raises(ValueError, match=r"imgmine\.color\.rgb2gray makes gray"):
        edge_histogram(np.zeros((8, 8, 3), np.uint8))

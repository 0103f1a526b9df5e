import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import PHOG, phog
from imgmine.filters import canny

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image, bins, levels, signed, low, high):
    values = image.astype(np.float64)
    gx, gy = np.zeros_like(values), np.zeros_like(values)
    gx[:, 1:-1] = values[:, 2:] - values[:, :-2]
    gy[1:-1] = values[2:] - values[:-2]
    turn = 2 * np.pi if signed else np.pi
    at = np.arctan2(gy, gx) % turn / turn * bins - 0.5
    low_bin = np.floor(at).astype(int)
    length = np.hypot(gx, gy) * (canny(image, low, high) > 0)
    votes = np.zeros((*image.shape, bins))
    for shift, share in ((0, 1 - (at - low_bin)), (1, at - low_bin)):
        votes += np.eye(bins)[(low_bin + shift) % bins] * (length * share)[..., np.newaxis]
    parts = []
    for level in range(levels + 1):
        n = 2**level
        ends = [[i * extent // n for i in range(n + 1)] for extent in image.shape]
        for i in range(n):
            for j in range(n):
                cell = votes[ends[0][i] : ends[0][i + 1], ends[1][j] : ends[1][j + 1]]
                parts.append(cell.sum((0, 1)))
    return np.concatenate(parts)


@given(
    images(dtypes=[np.uint8], channels=(None,)), st.integers(1, 12), st.integers(0, 4),
    st.booleans(), st.sampled_from([(0, 0), (50, 100), (300, 600)]),
)  # fmt: skip
def test_matches_reference(image, bins, levels, signed, thresholds):
    low, high = thresholds
    options = {"signed": signed, "low": low, "high": high}
    actual = phog(image, bins, levels, **options, normalize=None)
    expected = reference(image, bins, levels, signed, low, high)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=2e-3)
    shares = expected / (expected.sum() or 1)
    np.testing.assert_allclose(phog(image, bins, levels, **options), shares, atol=1e-5)


def test_large():
    image = large((700, 1500))
    image[::2] //= 2
    actual = phog(image, normalize=None)
    np.testing.assert_allclose(actual, reference(image, 8, 3, False, 100, 200), rtol=1e-4)


@pytest.mark.parametrize("normalize", ["l1", "l2", "hellinger", None])
def test_no_edges_give_zeros(normalize):
    np.testing.assert_array_equal(phog(np.full((9, 9), 4, np.uint8), normalize=normalize), 0)


def test_normalizations():
    image = large((80, 90))
    sums = phog(image, normalize=None).astype(np.float64)
    unit = sums / np.linalg.norm(sums)
    np.testing.assert_allclose(phog(image, normalize="l2"), unit, rtol=1e-5)
    roots = np.sqrt(sums / sums.sum())
    np.testing.assert_allclose(phog(image, normalize="hellinger"), roots, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bins": 0}, "^bins must be between 1 and 360, got 0"),
        ({"levels": 7}, "^levels must be between 0 and 6, got 7"),
        ({"levels": -1}, "^levels must be"),
        ({"low": 9, "high": 8}, "^low and high must be finite"),
        ({"high": np.inf}, "^low and high must be finite"),
        ({"normalize": "max"}, "^normalize must be"),
    ],
)
def test_refuses(arguments, message):
    for shape in ((8, 8), (0, 8)):
        with pytest.raises(ValueError, match=message):
            phog(np.zeros(shape, np.uint8), **arguments)
    with pytest.raises(ValueError, match=message):
        PHOG(**arguments)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import similarity

from ..strategies import images, pairs_of_rows

MEASURES = ("euclidean", "l1", "chi2", "intersection", "cosine", "pearson")


@given(pairs_of_rows(), st.sampled_from(MEASURES))
def test_is_the_only_entry_of_pairwise(pair, name):
    measure = getattr(similarity, name)
    for a, b in zip(*pair, strict=False):
        value = measure(a, b)
        assert type(value) is float
        assert value == similarity.pairwise(a[np.newaxis], b[np.newaxis], name)[0, 0]
        assert value == measure(a.tolist(), b.tolist())


@given(pairs_of_rows(np.uint8))
def test_hamming_counts_bits(pair):
    for a, b in zip(*pair, strict=False):
        value = similarity.hamming(a, b)
        assert type(value) is int
        assert value == np.bitwise_count(a ^ b).sum(dtype=int)
        assert value == similarity.hamming(a.tolist(), b.tolist())


@given(images(min_side=1), st.booleans(), st.integers(0, 2**32))
def test_ncc_of_images(image, zero_mean, seed):
    """The definition in float64, for images of any layout."""
    other = np.random.default_rng(seed).permutation(image.ravel()).reshape(image.shape)
    a, b = (x.astype(np.float64).ravel() for x in (image, other))
    if zero_mean:
        a, b = (x - x.mean() if np.ptp(x) else 0 * x for x in (a, b))
    length = np.sqrt((a @ a) * (b @ b))
    expected = a @ b / length if length else 0
    assert similarity.ncc(image, other, zero_mean=zero_mean) == pytest.approx(expected, abs=1e-5)


def test_ncc_takes_lists():
    assert similarity.ncc([[1, 2], [3, 4]], [[2, 4], [6, 8]]) == pytest.approx(1)
    assert similarity.ncc([1, 2, 3], [3, 2, 1], zero_mean=True) == pytest.approx(-1)


@pytest.mark.parametrize("name", [*MEASURES, "hamming", "ncc"])
def test_empty_vectors_have_nothing_in_common(name):
    empty = np.zeros(0, np.uint8)
    assert getattr(similarity, name)(empty, empty) == 0


@pytest.mark.parametrize("name", [*MEASURES, "hamming"])
@pytest.mark.parametrize(
    ("a", "b", "error", "message"),
    [
        ([1, 2], [1, 2, 3], ValueError, "^a and b must have one size, got 2 and 3"),
        ([[1, 2]], [1, 2], ValueError, r"^a must have shape \(size,\), got \(1, 2\)"),
        ([1, 2], 3, ValueError, r"^b must have shape \(size,\), got \(\)"),
        (np.ones(2), [1, 2], TypeError, "^a must be (float32.*|uint8), got float64"),
        ("ab", [1, 2], TypeError, "^a must hold numbers"),
        ([1, 2], None, TypeError, "^b must hold numbers"),
        ([1, 2], [1j, 2], TypeError, "^b must hold numbers"),
        ([1, 2], [1, [2]], ValueError, "^b must be an array"),
    ],
)
def test_refuses_what_is_no_vector(name, a, b, error, message):
    with pytest.raises(error, match=message):
        getattr(similarity, name)(a, b)


def test_ncc_refuses_images_of_two_shapes():
    with pytest.raises(ValueError, match=r"^a and b must have one shape"):
        similarity.ncc(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8))
    with pytest.raises(TypeError, match=r"^zero_mean must be True or False"):
        similarity.ncc([1], [1], zero_mean="yes")

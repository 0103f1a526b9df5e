import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.similarity import pairwise
from scipy.spatial.distance import cdist

from ..strategies import METRICS, pairs_of_rows

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

metrics = st.sampled_from(METRICS)


def cosines(a, b):
    lengths = np.linalg.norm(a, axis=1)[:, np.newaxis] * np.linalg.norm(b, axis=1)
    return np.divide(a @ b.T, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def centered(rows):
    """Take each row's mean off; what rounding leaves of a constant row is nothing."""
    if rows.shape[1] == 0:
        return rows
    constant = (rows == rows[:, :1]).all(axis=1, keepdims=True)
    return np.where(constant, 0, rows - rows.mean(axis=1, keepdims=True))


def chi2s(a, b):
    difference, total = a[:, np.newaxis] - b, a[:, np.newaxis] + b
    terms = np.divide(difference**2, total, out=np.zeros_like(total), where=total != 0)
    return terms.sum(axis=2)


REFERENCE = {
    "euclidean": lambda a, b: cdist(a, b) if a.size and b.size else np.zeros((len(a), len(b))),
    "l1": lambda a, b: np.abs(a[:, np.newaxis] - b).sum(axis=2),
    "chi2": chi2s,
    "inner_product": lambda a, b: a @ b.T,
    "cosine": cosines,
    "pearson": lambda a, b: cosines(centered(a), centered(b)),
    "intersection": lambda a, b: np.minimum(a[:, np.newaxis], b).sum(axis=2),
}


@given(pairs_of_rows(), metrics)
def test_matches_reference(pair, metric):
    """Sums of terms that are not negative have a small relative error; cosines an absolute one."""
    a, b = pair
    actual = pairwise(a, b, metric)
    expected = REFERENCE[metric](a.astype(np.float64), b.astype(np.float64))
    assert actual.dtype == np.float32
    atol = 2e-6 if metric in ("cosine", "pearson") else 0
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=atol)


@given(pairs_of_rows(), metrics)
def test_signs_are_free(pair, metric):
    """With negative values, too; errors are relative to the terms and not to their sum."""
    if metric == "chi2":
        return
    a, b = (np.where(np.indices(x.shape).sum(axis=0) % 3, x, -x) for x in pair)
    expected = REFERENCE[metric](a.astype(np.float64), b.astype(np.float64))
    scale = {"cosine": 1, "pearson": 1, "inner_product": np.abs(a) @ np.abs(b).T}
    atol = scale.get(metric, np.abs(a).sum(axis=1)[:, np.newaxis] + np.abs(b).sum(axis=1))
    assert (np.abs(pairwise(a, b, metric) - expected) <= 3e-6 * atol).all()


@given(pairs_of_rows(), metrics)
def test_both_orders_are_the_same_bits(pair, metric):
    a, b = pair
    np.testing.assert_array_equal(pairwise(a, b, metric), pairwise(b, a, metric).T)


@given(pairs_of_rows(), metrics)
def test_each_result_depends_on_its_two_rows_only(pair, metric):
    """Whatever rows stand beside them: the same bits."""
    a, b = pair
    together = pairwise(a, b, metric)
    for i in range(len(a)):
        for j in range(len(b)):
            assert pairwise(a[i : i + 1], b[j : j + 1], metric)[0, 0] == together[i, j]


@given(pairs_of_rows(np.uint8), metrics)
def test_bytes_count_as_floats(pair, metric):
    a, b = pair
    as_floats = pairwise(a.astype(np.float32), b.astype(np.float32), metric)
    np.testing.assert_array_equal(pairwise(a, b, metric), as_floats)


@given(pairs_of_rows(np.uint8))
def test_hamming_matches_unpacked_bits(pair):
    a, b = pair
    expected = (np.unpackbits(a, axis=1)[:, np.newaxis] != np.unpackbits(b, axis=1)).sum(axis=2)
    np.testing.assert_array_equal(pairwise(a, b, "hamming"), expected)


@given(pairs_of_rows(), st.sampled_from(["cosine", "pearson"]))
def test_correlations_stay_between_minus_one_and_one(pair, metric):
    a, _ = pair
    assert np.abs(pairwise(a, -a, metric)).max(initial=0) <= 1
    with_itself = np.diag(pairwise(a, a, metric))
    varied = a.any(axis=1) if metric == "cosine" else (a != a[:, :1]).any(axis=1)
    np.testing.assert_allclose(with_itself, varied.astype(float), rtol=0, atol=1e-6)
    assert with_itself.max(initial=0) <= 1


@pytest.mark.parametrize("metric", ["cosine", "pearson"])
@pytest.mark.parametrize("scale", [1e-37, 1e-30, 1e-20, 1e18, 1e25, 1e34])
def test_correlations_of_tiny_and_huge_vectors(metric, scale):
    """Squares of such values are beyond a float, the vectors' angle is not."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 40)).astype(np.float32)
    scaled = (a * np.float32(scale)).astype(np.float32)
    np.testing.assert_allclose(
        pairwise(scaled, b, metric), pairwise(a, b, metric), rtol=0, atol=2e-6
    )


@pytest.mark.parametrize("value", [0.1, 0.3, 1.1, 1e-20, 3e7])
def test_pearson_of_constant_vectors_is_zero(value):
    ramp = np.arange(100, dtype=np.float32)
    for size in range(1, 100):
        constant = np.full((1, size), value, np.float32)
        assert pairwise(constant, ramp[np.newaxis, :size], "pearson") == 0


@pytest.mark.parametrize("metric", ["euclidean", "l1", "chi2", "inner_product", "cosine"])
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_finite_shows(metric, wrong):
    a, b = np.ones((3, 20), np.float32), np.ones((4, 20), np.float32)
    a[1, 7] = wrong
    finite = np.isfinite(pairwise(a, b, metric))
    np.testing.assert_array_equal(finite.all(axis=1), [True, False, True])
    assert not finite[1].any()


@pytest.mark.parametrize("metric", METRICS)
def test_threads_share_the_rows(metric):
    rng = np.random.default_rng(1)
    a, b = rng.random((40, 131), np.float32), rng.random((3000, 131), np.float32)
    expected = REFERENCE[metric](a.astype(np.float64), b.astype(np.float64))
    np.testing.assert_allclose(pairwise(a, b, metric), expected, rtol=1e-5, atol=2e-6)


def test_threads_share_the_rows_of_bits():
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 256, (300, 33), np.uint8), rng.integers(0, 256, (500, 33), np.uint8)
    expected = np.bitwise_count(a[:, np.newaxis] ^ b).sum(axis=2, dtype=np.int64)
    np.testing.assert_array_equal(pairwise(a, b, "hamming"), expected)


@pytest.mark.parametrize(
    ("a", "b", "metric", "error", "message"),
    [
        (
            np.ones((2, 3)),
            np.ones((2, 3)),
            "l1",
            TypeError,
            "^a must be float32 or .*, got float64",
        ),
        (np.ones((2, 3), "f4"), np.ones((2, 3)), "l1", TypeError, "^b must be float32"),
        (np.ones((2, 3), ">f4"), np.ones((2, 3), "f4"), "l1", TypeError, "^a must be float32"),
        (np.ones((2, 3), "f4"), [[1, 2, 3]], "hamming", TypeError, "^a must be uint8, got float32"),
        (np.ones(3, "f4"), np.ones((2, 3), "f4"), "l1", ValueError, r"^a must have shape \(n, s"),
        ([[1, 2]], [[1, 2, 3]], "l1", ValueError, "^a and b must have vectors of one size"),
        ([[1, 2], [3]], [[1, 2]], "l1", ValueError, "^a must be an array"),
        ([["x"]], [[1]], "l1", TypeError, "^a must hold numbers"),
        (None, [[1]], "l1", TypeError, "^a must hold numbers"),
        ([[1]], [[256]], "hamming", ValueError, "^b must hold whole numbers from 0 to 255"),
        ([[1]], [[0.5]], "hamming", ValueError, "^b must hold whole numbers from 0 to 255"),
        ([[1]], [[1]], "l2", ValueError, "^metric must be 'euclidean', .*, got 'l2'"),
        ([[1]], [[1]], None, TypeError, "^metric must be a string"),
    ],
)
def test_refuses_what_is_no_list_of_vectors(a, b, metric, error, message):
    with pytest.raises(error, match=message):
        pairwise(a, b, metric)

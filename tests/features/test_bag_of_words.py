import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import bag_of_words

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

NORMS = {
    None: lambda counts: counts,
    "l1": lambda counts: counts / counts.sum(),
    "l2": lambda counts: counts / np.linalg.norm(counts),
    "hellinger": lambda counts: np.sqrt(counts / counts.sum()),
}


@given(
    st.integers(1, 90), st.integers(1, 40), st.integers(1, 50), st.sampled_from(list(NORMS)),
    st.integers(0, 99),
)  # fmt: skip
def test_matches_reference(n, size, k, normalize, seed):
    """Whole numbers, so that distances are exact; of equally near words the first."""
    rng = np.random.default_rng(seed)
    local = rng.integers(-5, 6, (n, size)).astype(np.float32)
    words = rng.integers(-5, 6, (k, size)).astype(np.float32)
    nearest = ((local[:, None] - words) ** 2).sum(2).argmin(1)
    expected = NORMS[normalize](np.bincount(nearest, minlength=k).astype(np.float64))
    actual = bag_of_words(local, words, normalize=normalize)
    assert actual.dtype == np.float32
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


def test_many_words_shared_among_threads():
    rng = np.random.default_rng(0)
    local = rng.integers(0, 256, (5000, 16), np.uint8)
    counts = bag_of_words(local, local[:700].astype(np.float32), normalize=None)
    assert counts.sum() == 5000
    assert (counts[:50] >= 1).all()


def test_nothing_to_count():
    assert not bag_of_words(np.empty((0, 3), np.float32), np.ones((4, 3), np.float32)).any()


@pytest.mark.parametrize(
    ("local", "words", "options", "error", "message"),
    [
        (np.ones((2, 3), np.float64), np.ones((2, 3), np.float32), {}, TypeError, "^descriptors"),
        (np.ones((2, 3), ">f4"), np.ones((2, 3), np.float32), {}, TypeError, "^descriptors"),
        ([[1, 2]], [[1, 2, 3]], {}, ValueError, "^descriptors must have 3 values"),
        ([[1, np.inf]], [[1, 2]], {}, ValueError, "^descriptors must be finite"),
        ([[1, 2]], [[1, np.nan]], {}, ValueError, "^centers must be finite"),
        ([[1, 2]], np.ones((0, 2), np.float32), {}, ValueError, r"^centers must have shape \(k"),
        ([[1, 2]], [[1, 2]], {"normalize": "max"}, ValueError, "^normalize must be"),
    ],
)
def test_refuses_wrong_arguments(local, words, options, error, message):
    with pytest.raises(error, match=message):
        bag_of_words(local, words, **options)

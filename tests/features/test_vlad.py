import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import vlad

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(local, centers, intra, power, normalize):
    nearest = ((local[:, None] - centers) ** 2).sum(2).argmin(1)
    sums = np.array([(local[nearest == j] - c).sum(0) for j, c in enumerate(centers)])
    sums = np.sign(sums) * np.abs(sums) ** power
    if intra:
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        sums = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    length = np.linalg.norm(sums)
    return (sums / length if normalize and length > 0 else sums).ravel()


@given(
    st.integers(0, 90), st.integers(1, 40), st.integers(1, 50), st.booleans(),
    st.sampled_from([0.5, 1]), st.sampled_from(["l2", None]), st.integers(0, 99),
)  # fmt: skip
def test_matches_reference(n, size, k, intra, power, normalize, seed):
    rng = np.random.default_rng(seed)
    local = rng.integers(-5, 6, (n, size)).astype(np.float64)
    centers = rng.integers(-5, 6, (k, size)).astype(np.float64)
    options = {"intra": intra, "power": power, "normalize": normalize}
    actual = vlad(local.astype(np.float32), centers.astype(np.float32), **options)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, reference(local, centers, **options), rtol=1e-6)


def test_bytes_and_floats_alike():
    local = np.random.default_rng(1).integers(0, 256, (3000, 20), np.uint8)
    centers = local[:9].astype(np.float32)
    np.testing.assert_array_equal(vlad(local, centers), vlad(local.astype(np.float32), centers))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"power": 2}, ValueError, "^power must be 0.5 or 1, got 2"),
        ({"power": "0.5"}, TypeError, "^power must be a number"),
        ({"normalize": "l1"}, ValueError, "^normalize must be 'l2' or None, got 'l1'"),
        ({"intra": 1}, TypeError, "^intra must be True or False"),
    ],
)
def test_refuses_wrong_options(options, error, message):
    with pytest.raises(error, match=message):
        vlad(np.ones((2, 3), np.float32), np.ones((2, 3), np.float32), **options)


def test_refuses_wrong_sizes():
    with pytest.raises(ValueError, match=r"^descriptors must have 3 values"):
        vlad(np.ones((2, 2), np.float32), np.ones((2, 3), np.float32))

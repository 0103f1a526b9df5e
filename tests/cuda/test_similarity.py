import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import similarity

few = settings(max_examples=3)
SMALL = {"SIDE": 4, "QUERIES": 4, "ROWS": 16, "DEPTH": 8, "PITCH": 9, "UNIT_THREADS": 4}
NAMES = ("ROWS", "BOTH", "LEFT", "RIGHT", "NEXT_LEFT", "NEXT_RIGHT")


def in_shape(patch, prefix, shape):
    """Have kernels for many or few queries work in tiles of another shape."""
    from imgmine.cuda import _best_tiles, _compare_tiles, _pairwise, _shapes

    patch.setattr(_pairwise, prefix, shape)
    for module in (_best_tiles, _compare_tiles):
        patch.setattr(module, prefix, shape)
        for name, value in zip(NAMES, _shapes.sizes(shape), strict=True):
            patch.setattr(module, f"{prefix}_{name}", value, raising=False)


@pytest.fixture(autouse=True, scope="module")
def tiles():
    """Make the simulator's blocks 2 to 16 threads rather than 256, each of which is a real one."""
    from imgmine.cuda import _comparing, _pairwise, _selecting

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        for name, value in SMALL.items():
            patch.setattr(_comparing, name, value)
        in_shape(patch, "MANY", (2, 2, 1, 1, 4))
        in_shape(patch, "MATRIX", (2, 2, 1, 1, 8))
        in_shape(patch, "FEW", (1, 2, 1, 1, 4))
        patch.setattr(_pairwise, "MOST_FEW", 3)
        patch.setattr(_pairwise, "MOST_FEW_BY_MATRIX", 2)
        patch.setattr(_selecting, "SORT_THREADS", 4)
    yield patch
    patch.undo()


METRICS = ["euclidean", "l1", "chi2", "inner_product", "cosine", "pearson", "intersection"]
sizes = st.sampled_from([(1, 1, 1), (3, 5, 2), (5, 18, 11)])


def rows_of(n, size, dtype, seed):
    rng = np.random.default_rng(seed)
    if dtype == "float32":
        return rng.random((n, size), np.float32)
    return rng.integers(-128 if dtype == "int8" else 0, 128, (n, size)).astype(dtype)


@pytest.mark.parametrize("metric", METRICS)
def test_pairwise_of_floats(gpu, metric):
    @few
    @given(sizes)
    def run(size):
        a, b = rows_of(size[0], size[2], "float32", 1), rows_of(size[1], size[2], "float32", 2)
        b[0] = 0
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
        np.testing.assert_allclose(actual, similarity.pairwise(a, b, metric), rtol=0, atol=2e-5)

    run()


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_pairwise_of_bytes(gpu, dtype):
    for n, m, size in [(3, 18, 17), (5, 2, 3)]:
        a, b = rows_of(n, size, dtype, 1), rows_of(m, size, dtype, 2)
        for metric in ("euclidean", "inner_product"):
            actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
            np.testing.assert_array_equal(actual, similarity.pairwise(a, b, metric))
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), "l1"))
        np.testing.assert_array_equal(actual, similarity.pairwise(a, b, "l1"))
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), "cosine"))
        np.testing.assert_allclose(actual, similarity.pairwise(a, b, "cosine"), rtol=0, atol=2e-6)


@few
@given(sizes)
def test_hamming(gpu, size):
    a, b = rows_of(size[0], size[2], "uint8", 3), rows_of(size[1], size[2], "uint8", 4)
    actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), "hamming"))
    np.testing.assert_array_equal(actual, similarity.pairwise(a, b, "hamming"))
    ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 3, "hamming")
    expected = similarity.top_k(a, b, 3, "hamming")
    np.testing.assert_array_equal(gpu.get(ids), expected[0])
    np.testing.assert_array_equal(gpu.get(scores), expected[1])


@pytest.mark.parametrize("metric", ["euclidean", "inner_product", "cosine", "l1"])
def test_top_k_of_floats(gpu, metric):
    """Whole numbers in floats: sums are exact, and ties go to the first row."""
    a, b = (rows_of(n, 9, "uint8", 5).astype(np.float32) % 4 for n in (3, 40))
    for k in (1, 7):
        ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), k, metric)
        expected = similarity.top_k(a, b, k, metric)
        np.testing.assert_allclose(gpu.get(scores), expected[1], rtol=0, atol=2e-6)
        if metric != "cosine":
            np.testing.assert_array_equal(gpu.get(ids), expected[0])


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_top_k_of_bytes(gpu, dtype):
    a, b = rows_of(5, 3, dtype, 6) // 16, rows_of(40, 3, dtype, 7) // 16
    for metric in ("euclidean", "inner_product"):
        ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 10, metric)
        expected = similarity.top_k(a, b, 10, metric)
        np.testing.assert_array_equal(gpu.get(ids), expected[0])
        np.testing.assert_array_equal(gpu.get(scores), expected[1])


def test_not_a_number_ranks_last(gpu):
    b = np.array([[np.nan, 1], [1, 1], [5, 5]], np.float32)
    for metric in ("euclidean", "inner_product"):
        ids, scores = similarity.top_k(gpu.put(b[1:2]), gpu.put(b), 3, metric)
        expected = similarity.top_k(b[1:2], b, 3, metric)
        np.testing.assert_array_equal(gpu.get(ids), expected[0])
        np.testing.assert_array_equal(gpu.get(scores), expected[1])


def test_empty_and_refused(gpu):
    a, none = rows_of(3, 4, "float32", 8), np.zeros((0, 4), np.float32)
    for left, right in ((a, none), (none, a)):
        expected = similarity.pairwise(left, right)
        actual = gpu.get(similarity.pairwise(gpu.put(left), gpu.put(right)))
        np.testing.assert_array_equal(actual, expected)
        ids, _ = similarity.top_k(gpu.put(left), gpu.put(right), 2)
        assert gpu.get(ids).shape == similarity.top_k(left, right, 2)[0].shape
    there = gpu.put(a)
    for right, options, error, message in [
        (a, (), TypeError, "a and b must both be on the GPU, or both on the host"),
        (gpu.put(a.astype(np.int8)), (), TypeError, "must have one dtype on a GPU"),
        (gpu.put(a[:, :2]), (), ValueError, "must have vectors of one size"),
        (there, ("best",), ValueError, "metric must be"),
    ]:
        with pytest.raises(error, match=message):
            similarity.pairwise(there, right, *options)
    with pytest.raises(ValueError, match="k must not be negative"):
        similarity.top_k(there, there, -1)
    many = gpu.put(np.zeros((1100, 1), np.float32))
    with pytest.raises(ValueError, match="k must be at most 1024 on a GPU"):
        similarity.top_k(there[:, :1], many, 1100)


@pytest.mark.parametrize("metric", ["euclidean", "inner_product", "pearson", "l1"])
def test_float16(gpu, metric):
    """As the CPU: converted to float32; rows of 8 values are loaded by fours, of 9 one by one."""
    for n, size in ((2, 8), (4, 9)):
        a, b = (rows_of(n_rows, size, "float32", 1).astype(np.float16) for n_rows in (n, 18))
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
        assert actual.dtype == np.float32
        for left, right in ((a, b), (a.astype(np.float32), b.astype(np.float32))):
            expected = similarity.pairwise(left, right, metric)
            np.testing.assert_allclose(actual, expected, rtol=0, atol=4e-6)
        a, b = (np.round(4 * x) for x in (a, b))
        ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 3, metric)
        expected = similarity.top_k(a, b, 3, metric)
        np.testing.assert_allclose(gpu.get(scores), expected[1], rtol=0, atol=2e-6)
        if metric != "pearson":
            np.testing.assert_array_equal(gpu.get(ids), expected[0])


def test_extreme_bytes(gpu, monkeypatch):
    """Squared lengths whose sum is beyond 31 bits, of a distance that 31 bits hold."""
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        in_shape(monkeypatch, "FEW", (1, 1, 1, 1, 4))
    a = np.full((1, 16800), 255, np.uint8)
    b = np.repeat(np.array([[0], [254]], np.uint8), 16800, axis=1)
    actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b)))
    np.testing.assert_array_equal(actual, similarity.pairwise(a, b))


@pytest.mark.parametrize(("n", "size"), [(2, 32), (2, 5), (7, 48), (7, 7)])
def test_bytes_by_loads_of_16(gpu, n, size):
    """Rows that begin at multiples of 16 bytes, and others; few queries, and many."""
    a, b = rows_of(n, size, "uint8", 1), rows_of(21, size, "uint8", 2)
    for metric in ("euclidean", "inner_product", "hamming"):
        expected = similarity.pairwise(a, b, metric)
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
        np.testing.assert_array_equal(actual, expected)
        ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 5, metric)
        for got, wanted in zip((ids, scores), similarity.top_k(a, b, 5, metric), strict=True):
            np.testing.assert_array_equal(gpu.get(got), wanted)


@pytest.mark.parametrize("order", ["worst first", "best first", "equal"])
def test_lists_that_overflow(gpu, order, monkeypatch):
    """More candidates than there is room for, and more slices than are merged at once."""
    from imgmine.cuda import _top_k

    monkeypatch.setattr(_top_k, "MERGED_KEYS", 1)
    far = {"worst first": np.arange(70)[::-1], "best first": np.arange(70)}.get(order)
    b = np.zeros((70, 4), np.float32) if far is None else np.repeat(far[:, np.newaxis], 4, 1)
    b = b.astype(np.float32)
    for n in (1, 4):
        a = np.zeros((n, 4), np.float32)
        for k in (1, 40):
            ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), k)
            expected = similarity.top_k(a, b, k)
            np.testing.assert_array_equal(gpu.get(ids), expected[0])
            np.testing.assert_array_equal(gpu.get(scores), expected[1])


def test_signs_and_infinities(gpu):
    """Negative scores, both zeros and infinities order as on the CPU."""
    b = np.array([[-1], [-0.0], [np.inf], [0], [2], [-np.inf], [-3e38], [1e-45]], np.float32)
    a = np.array([[1], [-1], [0], [2]], np.float32)
    ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 8, "inner_product")
    expected = similarity.top_k(a, b, 8, "inner_product")
    np.testing.assert_array_equal(gpu.get(ids), expected[0])
    np.testing.assert_array_equal(gpu.get(scores), expected[1])


def test_vectors_of_no_values(gpu):
    a, b = np.zeros((2, 0), np.float32), np.zeros((5, 0), np.float32)
    np.testing.assert_array_equal(
        gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b))), similarity.pairwise(a, b)
    )
    for metric in ("euclidean", "l1"):
        ids, _ = similarity.top_k(gpu.put(a), gpu.put(b), 2, metric)
        np.testing.assert_array_equal(gpu.get(ids), similarity.top_k(a, b, 2, metric)[0])


def integers_of(n, size, dtype, seed):
    """Rows whose products' sums are exact."""
    values = np.random.default_rng(seed).integers(-8, 9, (n, size))
    return (values + 8 * (dtype == "uint8")).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float16"])
def test_matrices_as_they_are(gpu, tiles, dtype):
    """Whole warps multiply; ragged rows of several steps."""
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        pytest.skip("the simulator has no warps")
    tiles.undo()
    for n, m, size in ((20, 150, 80), (131, 18, 13)):
        a, b = integers_of(n, size, dtype, 8), integers_of(m, size, dtype, 9)
        for metric in ("inner_product", "euclidean"):
            actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
            np.testing.assert_array_equal(actual, similarity.pairwise(a, b, metric))
            ids, scores = similarity.top_k(gpu.put(a), gpu.put(b), 5, metric)
            expected = similarity.top_k(a, b, 5, metric)
            np.testing.assert_array_equal(gpu.get(ids), expected[0])
            np.testing.assert_array_equal(gpu.get(scores), expected[1])


def test_matrices_of_halves_within_the_bound(gpu):
    a, b = (np.random.default_rng(n).normal(size=(n, 100)).astype(np.float16) for n in (21, 30))
    actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), "inner_product"))
    left, right = a.astype(np.float64), b.astype(np.float64)
    bound = 1e-7 * 100 * (abs(left) @ abs(right).T)
    assert (abs(actual - left @ right.T) <= bound).all()


@pytest.mark.parametrize("few", [0, 48])
def test_tiles_as_they_are(gpu, tiles, monkeypatch, few):
    """The last test: blocks of 64 and of 256 threads, each compared with where it stands."""
    from imgmine.cuda import _pairwise

    tiles.undo()
    monkeypatch.setattr(_pairwise, "MOST_FEW", few)
    monkeypatch.setattr(_pairwise, "MOST_FEW_BY_MATRIX", 48)
    a, b = rows_of(13, 18, "uint8", 6), rows_of(100, 18, "uint8", 7)
    for metric in ("euclidean", "inner_product"):
        actual = gpu.get(similarity.pairwise(gpu.put(a), gpu.put(b), metric))
        np.testing.assert_array_equal(actual, similarity.pairwise(a, b, metric))
    ids, _ = similarity.top_k(gpu.put(a), gpu.put(b), 4)
    np.testing.assert_array_equal(gpu.get(ids), similarity.top_k(a, b, 4)[0])

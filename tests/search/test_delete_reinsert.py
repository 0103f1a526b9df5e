"""An index that lives: half of it is removed and comes back, again and again."""

import numpy as np
import pytest
from imgmine.search import VectorIndex
from imgmine.search._codes import calibrate, encode

pytest.importorskip("hnswlib")

N, DIM, K = 5000, 32, 10


def clustered(n, seed):
    centers = np.random.default_rng(0).normal(size=(50, DIM)) * 3
    rng = np.random.default_rng(seed)
    return (centers[rng.integers(0, 50, n)] + rng.normal(size=(n, DIM))).astype(np.float32)


@pytest.fixture(scope="module")
def data():
    base, queries = clustered(N, 1), clustered(400, 2)
    squares = (base**2).sum(1) - 2 * queries @ base.T
    return base, queries, np.argsort(squares, axis=1)[:, :K]


def recall(index, queries, right, ef):
    found = index.search(queries, K, ef=ef).ids
    return np.mean([len(np.intersect1d(a, b)) / K for a, b in zip(found, right, strict=True)])


@pytest.mark.parametrize("compacted", [True, False])
@pytest.mark.parametrize("storage", ["float32", "int8"])
def test_as_good_and_as_small_as_a_fresh_one(data, storage, compacted):
    base, queries, right = data
    settings = {"M": 8, "ef_construction": 40, "max_tail": 1000, "deterministic": True}
    fresh = VectorIndex(DIM, storage=storage, **settings)
    fresh.add(base)
    fresh.compact()
    index = VectorIndex(DIM, storage=storage, **settings)
    index.add(base)
    index.compact()
    kept = index.get(np.arange(N))
    rng = np.random.default_rng(3)
    for _ in range(10):
        gone = rng.permutation(N)[: N // 2]
        index.remove(gone)
        index.add(base[gone], gone)
        if compacted:
            index.compact()
    assert index.ids.tolist() == list(range(N))
    assert np.array_equal(index.get(np.arange(N)), kept)
    for ef in (20, 40):
        assert recall(index, queries, right, ef) >= recall(fresh, queries, right, ef) - 0.01
    index.compact()
    assert abs(index.nbytes / fresh.nbytes - 1) <= 0.01


def test_what_is_mostly_dead_is_not_kept():
    """Without a word from the user: a large segment goes once half of it is dead."""
    base = clustered(3000, 4)
    index = VectorIndex(DIM, M=4, ef_construction=20, max_tail=200)
    index.add(base)
    index.build()
    whole = index.nbytes
    index.remove(np.arange(2000))
    index.add(base[:200], np.arange(200))
    assert index.n_segments == 1
    assert index.nbytes < 0.5 * whole
    assert len(index) == 1200


def test_codes_are_encoded_again_as_they_were():
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(400, 7)).astype(np.float32) * rng.uniform(0.2, 3, 7).astype("f")
    vectors += 20 * rng.normal(size=7).astype(np.float32)
    offsets, scale, exact = calibrate(vectors, clip=False)
    assert not exact
    codes = encode(vectors, offsets, scale)[:, :7]
    decoded = offsets + np.float32(scale) * codes
    for rows in (decoded, decoded[50:], decoded[:100] + np.float32(0.3 * scale)):
        again, step, _ = calibrate(rows, clip=False, former=(offsets, scale))
        assert step == scale
        back = again + np.float32(step) * encode(rows, again, step)[:, :7]
        np.testing.assert_allclose(back, np.rint((rows - offsets) / scale) * scale + offsets, 1e-5)
    inside = (decoded - decoded.mean(0)) / 4 + decoded.mean(0)  # would use few of the codes
    assert calibrate(inside, clip=False, former=(offsets, scale))[1] < scale
    wider = np.concatenate([decoded, 2 * decoded - decoded.mean(0)])
    assert calibrate(wider, clip=False, former=(offsets, scale))[1] > scale

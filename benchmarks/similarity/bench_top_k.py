import imgmine as im
import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors


@pytest.mark.parametrize("n_queries", [1, 250])
def bench_top_k(race, threads, n_queries):
    rng = np.random.default_rng(0)
    base = rng.random((100_000, 128), np.float32)
    queries = rng.random((n_queries, 128), np.float32)
    brute = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(base)

    def numpy_top_k():
        squares = (base * base).sum(1) - 2 * queries @ base.T
        found = np.argpartition(squares, 10, axis=1)[:, :10]
        order = np.take_along_axis(squares, found, 1).argsort(1)
        return np.take_along_axis(found, order, 1)

    def agree(ours, theirs):
        assert (ours[0] == theirs).mean() > 0.99

    race(
        lambda: im.similarity.top_k(queries, base, 10),
        {
            "numpy": numpy_top_k,
            "scikit-learn": lambda: brute.kneighbors(queries, return_distance=False),
        },
        agree,
        moves=2 * base.nbytes if n_queries == 1 else None,
        turns=5,
    )

import imgmine as im
import numpy as np
import pytest
from sklearn.cluster import KMeans


@pytest.mark.parametrize(("n", "k"), [(50_000, 64), (50_000, 256)])
def bench_kmeans(race, threads, n, k):
    """Ten iterations from the same centers, of whitened SIFT's size."""
    X = np.random.default_rng(0).normal(size=(n, 64)).astype(np.float32)
    options = {"n_clusters": k, "init": X[:k], "max_iter": 10, "tol": 0}

    def agree(ours, theirs):
        assert abs(ours.inertia_ / theirs.inertia_ - 1) < 1e-3

    race(
        lambda: im.cluster.KMeans(**options).fit(X),
        {"sklearn": lambda: KMeans(**options, n_init=1).fit(X)},
        agree,
        turns=3,
    )

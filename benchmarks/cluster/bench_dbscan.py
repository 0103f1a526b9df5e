import imgmine as im
import numpy as np
import pytest
from sklearn.cluster import DBSCAN


@pytest.mark.parametrize(
    ("n", "size", "eps"), [(20_000, 2, 0.64), (10_000, 16, 2.5), (10_000, 128, 7.5)]
)
@pytest.mark.parametrize("kind", ["heaps", "one heap"])
def bench_dbscan(race, threads, n, size, eps, kind):
    """Twenty heaps far from each other, and one in which hardly any pair can be passed over."""
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 5 if kind == "heaps" else 0, (20, size))
    X = (centers[rng.integers(0, 20, n)] + rng.normal(0, 0.5, (n, size))).astype(np.float32)
    eps = eps / 10 if size == 2 else eps

    race(
        lambda: im.cluster.DBSCAN(eps).fit(X).labels_,
        {"sklearn": lambda: DBSCAN(eps=eps, n_jobs=threads).fit(X).labels_},
        np.testing.assert_array_equal,
        turns=3,
    )

import imgmine as im
import numpy as np
import pytest
from sklearn.neighbors import LocalOutlierFactor


@pytest.mark.parametrize("size", [2, 16, 128])
@pytest.mark.parametrize("kind", ["heaps", "one heap"])
def bench_local_outlier_factor(race, threads, size, kind):
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 5 if kind == "heaps" else 0, (20, size))
    X = (centers[rng.integers(0, 20, 10_000)] + rng.normal(0, 0.5, (10_000, size))).astype(
        np.float32
    )

    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)

    race(
        lambda: im.cluster.outlier_scores(X, "lof", k=20),
        {
            "sklearn": lambda: (
                -LocalOutlierFactor(20, n_jobs=threads).fit(X).negative_outlier_factor_
            )
        },
        agree,
        turns=3,
    )

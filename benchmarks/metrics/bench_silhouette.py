import imgmine as im
import numpy as np
import pytest
from sklearn.metrics import silhouette_score


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", [16, 64, 256])
def bench_silhouette(race, threads, size, dtype):
    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(8000, size)).astype(dtype), rng.integers(0, 20, 8000)

    def agree(ours, theirs):
        assert abs(ours - theirs) < (1e-12 if dtype == "float64" else 1e-6)

    race(
        lambda: im.metrics.silhouette_score(X, labels),
        {"sklearn": lambda: silhouette_score(X, labels)},
        agree,
        turns=3,
    )

import imgmine as im
import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("n", "d"), [(10_000, 128), (20_000, 784)])
def bench_k_neighbors(race, threads, n, d, metric):
    rng = np.random.default_rng(0)
    y = rng.integers(0, 10, n)
    X = (rng.normal(size=(10, d))[y] + rng.normal(size=(n, d))).astype(np.float32)
    queries = X[:250] + np.float32(0.01)
    ours = im.classify.KNeighborsClassifier(5, metric=metric).fit(X, y)
    theirs = KNeighborsClassifier(5, metric=metric, algorithm="brute").fit(X, y)

    def agree(ours, theirs):
        assert (ours == theirs).mean() > 0.99

    peers = {"scikit-learn": lambda: theirs.predict(queries)}
    race(lambda: ours.predict(queries), peers, agree, turns=5)

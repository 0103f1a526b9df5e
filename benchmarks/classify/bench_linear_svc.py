import imgmine as im
import numpy as np
import pytest
from sklearn.svm import SVC
from sklearn.svm import LinearSVC as LibLinear


def problem(n, d, n_classes):
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(n_classes, d)) * 0.3
    y = rng.integers(0, n_classes, n)
    X = centers[y] + rng.normal(size=(n, d))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), y


@pytest.mark.parametrize(("n", "d", "n_classes"), [(864, 8, 2), (10_000, 128, 2), (5000, 128, 10)])
def bench_linear_svc(race, threads, n, d, n_classes):
    X, y = problem(n, d, n_classes)
    X64 = X.astype(np.float64)  # what scikit-learn works on: its conversion is not timed

    def ours():
        return im.classify.LinearSVC(random_state=0).fit(X, y)

    def liblinear(dual):
        return LibLinear(dual=dual, random_state=0).fit(X64, y)

    peers = {"dual": lambda: liblinear(True), "primal": lambda: liblinear(False)}
    if n < 1000:
        peers["SVC"] = lambda: SVC(kernel="linear").fit(X64, y)

    def agree(ours, theirs):
        assert abs(ours.score(X, y) - theirs.score(X64, y)) < 0.01

    race(ours, peers, agree, turns=5)

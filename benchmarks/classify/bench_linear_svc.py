"""Peers get what they work on, float64: their conversion is not timed.

liblinear's build for several cores is the package ``liblinear-multicore``; without it, it is left
out.
"""

import gzip
from types import SimpleNamespace

import imgmine as im
import numpy as np
import pytest
import scipy.sparse
from sklearn.linear_model import SGDClassifier
from sklearn.svm import SVC
from sklearn.svm import LinearSVC as LibLinear


def problem(n, d, n_classes):
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(n_classes, d)) * 0.3
    y = rng.integers(0, n_classes, n)
    X = centers[y] + rng.normal(size=(n, d))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), y


def objective(model, X, y, C, scale=1.0):
    """Return the sum of all machines' objectives."""
    coef, intercept = model.coef_ / scale, model.intercept_
    scores = X @ coef.T + intercept
    penalty = (np.sum(coef**2) + np.sum(intercept**2)) / 2
    signs = np.where(y[:, np.newaxis] == (np.arange(len(coef)) if len(coef) > 1 else 1), 1, -1)
    return penalty + C * np.sum(np.maximum(0, 1 - signs * scores) ** 2)


def multicore(X, y, C, threads):
    """Return what liblinear's build for several cores does with its two solvers."""
    try:
        from liblinear import liblinearutil
    except ImportError:
        return {}
    samples = liblinearutil.problem(y.astype(float), scipy.sparse.csr_matrix(X))
    classes = np.unique(y)

    def train(solver):
        options = f"-s {solver} -c {C} -e 1e-4 -B 1 -m {threads} -q"  # as scikit-learn's tol
        machines = liblinearutil.train(samples, liblinearutil.parameter(options))
        at = {label: i for i, label in enumerate(machines.get_labels())}
        found = [machines.get_decfun(at[label]) for label in classes]
        if len(classes) == 2:  # one machine, for the label that it met first
            sign = 1 if at[classes[1]] == 0 else -1
            weights, intercept = machines.get_decfun(0)
            found = [(sign * np.array(weights), sign * intercept)]
        coef, intercepts = zip(*found, strict=True)
        return SimpleNamespace(coef_=np.array(coef), intercept_=np.array(intercepts))

    return {
        "multi-core, dual": lambda: train(1),
        "multi-core, primal": lambda: train(2),
    }


def mnist(data_dir):
    def read(name, start):
        return np.frombuffer(gzip.open(data_dir / "mnist" / name).read(), np.uint8)[start:]

    X = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return X, read("train-labels-idx1-ubyte.gz", 8)


@pytest.mark.targets
@pytest.mark.parametrize(("n", "d", "n_classes"), [(864, 8, 2), (10_000, 128, 2), (5000, 128, 10)])
def bench_linear_svc(race, threads, n, d, n_classes):
    X, y = problem(n, d, n_classes)
    X64 = X.astype(np.float64)

    def ours():
        return im.classify.LinearSVC(random_state=0).fit(X, y)

    def liblinear(dual):
        return LibLinear(dual=dual, random_state=0).fit(X64, y)

    peers = {"dual": lambda: liblinear(True), "primal": lambda: liblinear(False)}
    peers |= multicore(X64, y, 1, threads)
    if n < 1000:
        peers["SVC"] = lambda: SVC(kernel="linear").fit(X64, y)

    def agree(ours, theirs):
        assert objective(ours, X64, y, 1) <= objective(theirs, X64, y, 1) * (1 + 1e-4)

    race(ours, peers, agree, turns=5)


@pytest.mark.targets
def bench_linear_svc_mnist(race, threads, data_dir):
    """Sixty thousand digits, bytes; C so that the peer, too, converges."""
    X, y = mnist(data_dir)
    X64 = X / 255

    def ours():
        return im.classify.LinearSVC(0.01, scale=1 / 255).fit(X, y)

    def agree(ours, theirs):
        best = objective(theirs, X64, y, 0.01)
        assert objective(ours, X64, y, 0.01, 1 / 255) <= best * (1 + 1e-4)

    peers = {
        "dual": lambda: LibLinear(C=0.01, dual=True, random_state=0).fit(X64, y),
        "SGD, averaged, another objective": lambda: SGDClassifier(
            average=True, max_iter=5, tol=None, alpha=1 / (0.01 * len(X)), random_state=0
        ).fit(X64, y),
    }
    race(ours, peers | multicore(X64, y, 0.01, threads), agree, turns=1)


def bench_linear_svc_stream(race, threads, data_dir):
    """One pass of averaged gradient descent, as accurate as the peer's five."""
    X, y = mnist(data_dir)
    X64 = X / 255

    def ours():
        model = im.classify.LinearSVC(0.01, scale=1 / 255)
        for first in range(0, len(X), 6000):
            part = slice(first, first + 6000)
            model.partial_fit(X[part], y[part], classes=range(10))
        return model

    def theirs():
        model = SGDClassifier(average=True, max_iter=5, tol=None, alpha=1e-4, random_state=0)
        return model.fit(X64, y)

    def agree(ours, theirs):
        assert ours.score(X, y) > theirs.score(X64, y) - 0.01

    race(ours, {"SGDClassifier": theirs}, agree, turns=1)


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["f4", "u1"])
def bench_linear_svc_predict(race, threads, dtype):
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (10_000, 784), np.uint8).astype(dtype)
    model = im.classify.LinearSVC(1e-6, max_iter=2, dual=False, tol=1e9)
    model.fit(X[:1000], np.arange(1000) % 10)
    lines, offsets = model.coef_.astype("f4").T.copy(), model.intercept_.astype("f4")
    X32 = X.astype("f4")

    def agree(ours, theirs):
        assert np.mean(ours == theirs) > 0.999

    race(
        lambda: model.predict(X),
        {"BLAS": lambda: (X32 @ lines + offsets).argmax(axis=1)},
        agree,
        moves=X.nbytes,
    )

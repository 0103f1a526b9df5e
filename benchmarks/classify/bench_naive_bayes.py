"""Naive Bayes on MNIST; scikit-learn's figures are equal, NumPy's where it has the precision."""

import gzip

import imgmine as im
import numpy as np
import pytest
from sklearn import naive_bayes

CLASSES = 10


@pytest.fixture(scope="module")
def mnist(data_dir):
    """Pixels and labels, uint8, of training and of test."""

    def values(name, header):
        packed = (data_dir / "mnist" / f"{name}-ubyte.gz").read_bytes()
        return np.frombuffer(gzip.decompress(packed), np.uint8, offset=header)

    return tuple(
        (
            values(f"{part}-images-idx3", 16).reshape(-1, 784),
            values(f"{part}-labels-idx1", 8).astype(np.int64),
        )
        for part in ("train", "t10k")
    )


def numpy_fit(X, y):
    """Sums by matrix products of labels and X: fast, and less exact than two passes."""
    labels = np.eye(CLASSES, dtype=X.dtype)[y]
    counts = labels.sum(axis=0)[:, np.newaxis]
    means = labels.T @ X / counts
    variances = labels.T @ (X * X) / counts - means**2
    return means, variances, counts[:, 0] / counts.sum()


def numpy_predict(X, means, variances, priors):
    """The squares multiplied out, so that BLAS does the work."""
    weights = 1 / variances
    constants = np.log(priors) - 0.5 * (np.log(variances) + weights * means**2).sum(axis=1)
    return (constants - 0.5 * (X * X) @ weights.T + X @ (weights * means).T).argmax(axis=1)


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def bench_gaussian_fit(race, threads, mnist, dtype):
    (X, y), _ = mnist
    X = X.astype(dtype)
    peers_X = X.astype(np.float32) if dtype == "uint8" else X
    peers = {
        "NumPy": lambda: numpy_fit(peers_X, y),
        "scikit-learn": lambda: naive_bayes.GaussianNB().fit(peers_X, y),
    }

    def agree(ours, theirs):
        theta = theirs[0] if isinstance(theirs, tuple) else theirs.theta_
        np.testing.assert_allclose(ours.theta_, theta, rtol=1e-3, atol=1e-3)

    race(lambda: im.classify.GaussianNB().fit(X, y), peers, agree, moves=X.nbytes, turns=5)


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def bench_gaussian_predict(race, threads, mnist, dtype):
    (X, y), (test, _) = mnist
    test = test.astype(dtype)
    model = im.classify.GaussianNB(var_smoothing=1e-2).fit(X, y)
    theirs = naive_bayes.GaussianNB(var_smoothing=1e-2).fit(X.astype(np.float64), y)
    peers_test = test.astype(np.float32) if dtype == "uint8" else test
    of_numpy = [model.theta_, model.var_]
    of_numpy = [values.astype(peers_test.dtype) for values in of_numpy]
    peers = {
        "NumPy": lambda: numpy_predict(peers_test, *of_numpy, model.class_prior_),
        "scikit-learn": lambda: theirs.predict(peers_test),
    }

    def agree(ours, theirs):
        assert (ours == theirs).mean() > 0.999

    race(lambda: model.predict(test), peers, agree, turns=7)


@pytest.mark.parametrize("name", ["MultinomialNB", "BernoulliNB"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_discrete(race, threads, mnist, name, dtype):
    (X, y), (test, labels) = mnist
    X, test = X.astype(dtype), test.astype(dtype)
    ours, theirs = (getattr(package, name) for package in (im.classify, naive_bayes))
    peers_X, peers_test = X.astype(np.float32), test.astype(np.float32)

    def agree(ours, theirs):
        assert abs(ours - theirs) < 1e-12

    race(
        lambda: ours().fit(X, y).score(test, labels),
        {"scikit-learn": lambda: theirs().fit(peers_X, y).score(peers_test, labels)},
        agree,
        turns=5,
    )

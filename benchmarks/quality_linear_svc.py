"""How near `LinearSVC` comes to the optimum of its objective, beside liblinear run to 1e-6.

Run ``python -m benchmarks.quality_linear_svc [--tol 1e-4] [NAME ...]`` with IMGMINE_DATA set; names
are those of the functions below. liblinear is scikit-learn's, in the primal, on the same samples as
float64. Of each: the objective's distance from the lower of the two, what is proven of it
(`dual_gap_`), the share of samples held out that is read right, seconds, and memory beside X's
(glibc on Linux).
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from pathlib import Path

import imgmine as im
import numpy as np
import scipy.sparse
from imgmine.classify import LinearSVC
from imgmine.io import find_images
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC as LibLinear

from tests.peak_memory import workspace

from .quality_mnist import load


def mnist_pixels():
    """Digits as they are: 784 bytes."""
    X, y, X_test, y_test = load()
    return X.reshape(-1, 784), y, X_test.reshape(-1, 784), y_test, 0.01, 1 / 255


def mnist_hog():
    """Digits as oriented gradients: 432 numbers."""
    X, y, X_test, y_test = load()

    def describe(digits):
        return np.stack([im.features.hog(digit, cell=7) for digit in digits])

    return describe(X), y, describe(X_test), y_test, 1.0, 1.0


def cats_dogs():
    """Photographs by the recipe "balanced"."""
    files = find_images(Path(os.environ["IMGMINE_DATA"]) / "cats-dogs")
    X = im.features.Recipe.named("balanced").transform(files)
    y = np.array([file.parent.name for file in files])
    test = np.arange(len(files)) % 5 == 0
    return X[~test], y[~test], X[test], y[test], 1.0, 1.0


def text():
    """Sparse rows like texts: 20,000 of 50,000 words, the n-th of which is 1 / n as frequent."""
    rng = np.random.default_rng(0)
    n, n_words, length = 25_000, 50_000, 80
    share = 1 / np.arange(1, n_words + 1)
    words = rng.choice(n_words, (n, length), p=share / share.sum())
    rows = np.repeat(np.arange(n), length)
    X = scipy.sparse.csr_matrix((np.ones(n * length), (rows, words.ravel())), (n, n_words))
    X.data = 1 + np.log(X.data)
    X = (scipy.sparse.diags(1 / np.sqrt(X.multiply(X).sum(1)).A1) @ X).tocsr()
    X.sort_indices()
    scores = X @ rng.normal(0, 1, (n_words, 3)) + rng.normal(0, 0.1, (n, 3))
    y = scores.argmax(1)
    return X[:20_000], y[:20_000], X[20_000:], y[20_000:], 1.0, 1.0


def badly_scaled():
    """Columns from hundredths to hundreds."""
    rng = np.random.default_rng(0)
    n, d = 25_000, 60
    centers = rng.normal(0, 0.7, (4, d))
    y = rng.integers(0, 4, n)
    X = ((centers[y] + rng.normal(size=(n, d))) * np.logspace(-2, 2, d)).astype(np.float32)
    return X[:20_000], y[:20_000], X[20_000:], y[20_000:], 0.1, 1.0


SETS = {f.__name__: f for f in (mnist_pixels, mnist_hog, cats_dogs, text, badly_scaled)}


def objective(model, X, y, C, scale):
    """Return the sum of all machines' objectives, as liblinear's, in float64."""
    coef, intercept = model.coef_ / scale, model.intercept_
    total = (np.sum(coef**2) + np.sum(intercept**2)) / 2
    classes = model.classes_ if len(coef) > 1 else model.classes_[1:]
    for start in range(0, X.shape[0], 5000):
        part = X[start : start + 5000].astype(np.float64)
        scores = part @ model.coef_.T + intercept
        signs = np.where(y[start : start + 5000, np.newaxis] == classes, 1, -1)
        total += C * np.sum(np.maximum(0, 1 - signs * scores) ** 2)
    return total


def bytes_of(X):
    sparse = scipy.sparse.issparse(X)
    return X.data.nbytes + X.indices.nbytes + X.indptr.nbytes if sparse else X.nbytes


def compare(name, tol):
    X, y, X_test, y_test, C, scale = SETS[name]()
    models = {}
    ours = LinearSVC(C, scale=scale, tol=tol, max_iter=10_000)
    started = time.perf_counter()
    ours.fit(X, y)
    ours_seconds = time.perf_counter() - started
    added = workspace(lambda: ours.fit(X, y)) / bytes_of(X)
    wide = X.astype(np.float64) * scale
    theirs = LibLinear(C=C, dual=False, tol=1e-6, max_iter=10_000)
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(wide, y)
    their_seconds = time.perf_counter() - started
    models["imgmine"] = objective(ours, X, y, C, scale), ours.score(X_test, y_test), ours_seconds
    right = theirs.score(X_test.astype(np.float64) * scale, y_test)
    models["liblinear"] = objective(theirs, wide, y, C, 1.0), right, their_seconds
    best = min(found[0] for found in models.values())
    kind = X.data.dtype if scipy.sparse.issparse(X) else X.dtype
    print(f"{name}: {X.shape[0]:,} x {X.shape[1]:,} {kind}, C = {C}")
    for who, (reached, share, seconds) in models.items():
        print(f"  {who:<10} {reached / best - 1:.1e} above  {share:.2%} right  {seconds:.2f} s")
    print(f"  proven     {np.max(ours.dual_gap_):.1e}  memory added {added:.1%}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=list(SETS))
    parser.add_argument("--tol", type=float, default=1e-4)
    args = parser.parse_args()
    for name in args.names:
        compare(name, args.tol)


if __name__ == "__main__":
    main()

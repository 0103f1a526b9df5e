"""How many of MNIST's 10,000 test digits are read right, by which model, in how much time.

Run ``python -m benchmarks.quality_mnist [pixels] [hog] [bayes]`` with IMGMINE_DATA set. C is chosen
by the last 10,000 training digits, then the model learns from all 60,000. See docs/benchmarks.md.
"""

from __future__ import annotations

import gzip
import os
import sys
import time
import warnings
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine.classify import GridSearchCV, LinearSVC

HELD_OUT = [(np.arange(50_000), np.arange(50_000, 60_000))]
SIDE = 32  # 28 and a border of 2, so that cells of 4 and of 8 fill it
CELLS = (4, 8)
HOG = {"orientations": 12, "signed": True, "normalize": "l1-sqrt"}
BAYES = {"GaussianNB": {}, "MultinomialNB": {}, "BernoulliNB": {"binarize": 127}}


def read(name, offset):
    folder = Path(os.environ["IMGMINE_DATA"]) / "mnist"
    return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)


def load():
    for part in ("train", "t10k"):
        yield read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
        yield read(f"{part}-labels-idx1-ubyte.gz", 8)


def describe(digits):
    """Upright digits as oriented gradients in small cells and in large ones."""
    cells = [(SIDE // cell - 1) ** 2 * 4 * HOG["orientations"] for cell in CELLS]
    vectors = np.empty((len(digits), sum(cells)), np.float32)
    for vector, digit in zip(vectors, digits, strict=True):
        upright = im.geometry.pad(im.geometry.deskew(digit), (SIDE - 28) // 2)
        np.concatenate([im.features.hog(upright, cell=c, **HOG) for c in CELLS], out=vector)
    return vectors


def linear(name, train, test, costs, **options):
    """Choose C, learn, judge, and say how long each took."""
    (x, y), (x_test, y_test) = train, test
    model = LinearSVC(tol=1e-2, max_iter=300, **options)
    started = time.perf_counter()
    search = GridSearchCV(model, {"C": costs}, cv=HELD_OUT, refit=False).fit(x, y)
    chosen = time.perf_counter()
    model.set_params(**search.best_params_).fit(x, y)
    fitted = time.perf_counter()
    accuracy = model.score(x_test, y_test)
    print(
        f"{name:24} {x.shape[1]:5} values  C = {model.C:.3g}  held out {search.best_score_:.4f}  "
        f"test {accuracy:.4f}  chosen in {chosen - started:.1f} s, fit {fitted - chosen:.1f} s",
        flush=True,
    )


def pixels(x, y, x_test, y_test):
    """Rows are read as uint8: a cost of C on values up to 255 is one of C * 255² up to 1."""
    rows, rows_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    costs = [c / 255**2 for c in (0.001, 0.01, 0.1)]
    linear("pixels, LinearSVC", (rows, y), (rows_test, y_test), costs, intercept_scaling=255)


def hog(x, y, x_test, y_test):
    started = time.perf_counter()
    vectors, vectors_test = describe(x), describe(x_test)
    print(f"described 70,000 digits in {time.perf_counter() - started:.1f} s", flush=True)
    linear("HOG, LinearSVC", (vectors, y), (vectors_test, y_test), [0.03, 0.1, 0.3])


def bayes(x, y, x_test, y_test):
    """Beside scikit-learn's, if it is installed."""
    rows, rows_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    for name, options in BAYES.items():
        if not hasattr(im.classify, name):
            print(f"{name:24} is not there yet")
            continue
        models = {"imgmine": getattr(im.classify, name)(**options)}
        try:
            import sklearn.naive_bayes
        except ImportError:
            pass
        else:
            models["scikit-learn"] = getattr(sklearn.naive_bayes, name)(**options)
        for library, model in models.items():
            started = time.perf_counter()
            model.fit(rows, y)
            fitted = time.perf_counter()
            accuracy = im.metrics.accuracy_score(y_test, model.predict(rows_test))
            print(
                f"{f'pixels, {name}':24} {library:12}  test {accuracy:.4f}  "
                f"fit {fitted - started:.2f} s, predict {time.perf_counter() - fitted:.2f} s",
                flush=True,
            )


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs MNIST: IMGMINE_DATA is not set")
    warnings.simplefilter("ignore", im.ConvergenceWarning)
    started, processor = time.perf_counter(), time.process_time()
    digits = list(load())
    for part in (pixels, hog, bayes):
        if len(sys.argv) == 1 or part.__name__ in sys.argv[1:]:
            part(*digits)
    print(
        f"{time.perf_counter() - started:.1f} s, {time.process_time() - processor:.1f} s of "
        f"processor time, {im.num_threads()} threads"
    )


if __name__ == "__main__":
    main()

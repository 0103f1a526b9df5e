"""The same bits on every CPU level, with any number of threads."""

import hashlib

import imgmine
import numpy as np
import pytest
from imgmine import classify, color, features, filters, geometry, similarity

# Large enough for each of three threads to get a share (csrc/base/grain.hpp).
rng = np.random.default_rng(0)
PHOTO = rng.integers(0, 256, (1600, 1901, 3), np.uint8)
GRAY = PHOTO[..., 1].copy()
PART = PHOTO[:700, :801]
FLOATS = (PART / np.float32(3)).astype(np.float32)
QUERIES = rng.integers(0, 999, (70, 131)).astype(np.float32) / 7
BASE = rng.integers(0, 999, (3000, 131)).astype(np.float32) / 7
BITS = rng.integers(0, 256, (20000, 33), np.uint8)
LABELS = QUERIES[:, 0].astype(int) % 5
METRICS = ("euclidean", "l1", "chi2", "inner_product", "cosine", "pearson", "intersection")


def machine(X, loss):
    model = classify.LinearSVC(1e-6, loss=loss, tol=1e-2).fit(X[: len(LABELS)], LABELS)
    return model.coef_, model.intercept_, model.n_iter_, model.decision_function(X)


def recipe(*parts):
    steps = [part for part in parts if hasattr(part, "check")]
    descriptors = [part for part in parts if part not in steps]
    return features.Recipe(descriptors, steps)(PHOTO)


CASES = {
    "gray uint8": lambda: color.rgb2gray(PHOTO),
    "gray float": lambda: color.rgb2gray(PHOTO.astype(np.float32)),
    "blur uint8, 3 taps": lambda: filters.gaussian_blur(PHOTO, ksize=3),
    "blur uint8, 5 taps": lambda: filters.gaussian_blur(GRAY, ksize=5),
    "blur uint8, 9 taps": lambda: filters.gaussian_blur(PHOTO, 1.4, border="wrap"),
    "blur uint8, 31 taps": lambda: filters.gaussian_blur(GRAY, 5, border="constant"),
    "blur float, 5 taps": lambda: filters.gaussian_blur(FLOATS, ksize=5),
    "blur float, 17 taps": lambda: filters.gaussian_blur(FLOATS, 2, border="replicate"),
    "area uint8": lambda: geometry.resize(PHOTO, (333, 401)),
    "area float": lambda: geometry.resize(FLOATS, (222, 1001)),
    "linear uint8": lambda: geometry.resize(PHOTO, (1001, 1203), "linear"),
    "linear float": lambda: geometry.resize(FLOATS, (999, 333), "linear"),
    "histogram uint8": lambda: features.histogram(PHOTO, 8),
    "histogram of many bins": lambda: features.histogram(GRAY, 200, normalize="hellinger"),
    "histogram float": lambda: features.histogram(FLOATS, 50, range=(0, 85)),
    "rgb cube": lambda: features.color_histogram(PHOTO, 8, "rgb"),
    "hsv cube": lambda: features.color_histogram(PHOTO, (18, 3, 3), "hsv"),
    "lab channels": lambda: features.color_histogram(PHOTO, 64, "lab", joint=False),
    **{
        f"recipe {name}": lambda name=name: features.Recipe.named(name)(PHOTO)
        for name in ("histogram", "texture", "balanced", "objects")
    },
    "recipe of colors": lambda: recipe(
        features.GaussianBlur(1.0), features.ColorHistogram(4, "lab"), features.Histogram(32)
    ),
    "hamming": lambda: similarity.pairwise(BITS[:60], BITS, "hamming"),
    "top by hamming": lambda: similarity.top_k(BITS[:60], BITS, 9, "hamming"),
    **{f"pairwise {m}": lambda m=m: similarity.pairwise(QUERIES, BASE, m) for m in METRICS},
    **{f"top by {m}": lambda m=m: similarity.top_k(QUERIES, BASE, 9, m) for m in METRICS},
    "machine, float32": lambda: machine(BASE, "hinge"),
    "machine, float64": lambda: machine(BASE.astype(np.float64), "squared_hinge"),
    "machine, uint8": lambda: machine(BITS, "squared_hinge"),
}


@pytest.fixture
def any_level_and_threads():
    before = imgmine.cpu_level()
    yield
    imgmine.set_cpu_level(before)
    imgmine.set_num_threads(0)


def digest(result):
    """Sum up the bytes of one array or of several."""
    parts = result if isinstance(result, tuple) else (result,)
    return hashlib.sha256(b"".join(np.asarray(part).tobytes() for part in parts)).hexdigest()


@pytest.mark.filterwarnings("ignore::imgmine.ConvergenceWarning")
@pytest.mark.parametrize("case", CASES)
def test_same_bits_everywhere(case, any_level_and_threads):
    digests = {}
    for level in imgmine.cpu_levels():
        for n_threads in (1, 2, 3):
            imgmine.set_cpu_level(level)
            imgmine.set_num_threads(n_threads)
            digests[level, n_threads] = digest(CASES[case]())
    assert len(set(digests.values())) == 1, digests

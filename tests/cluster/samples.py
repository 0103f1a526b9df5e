"""Samples for clusterings, and how scikit-learn calls the metrics."""

import numpy as np
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

METRICS = {"euclidean": "euclidean", "l1": "manhattan", "cosine": "cosine"}


@st.composite
def samples(draw, least=1, most=300):
    """Draw a few heaps of samples of any dtype, whole numbers among them, and twins."""
    n, size = draw(st.integers(least, most)), draw(st.sampled_from([1, 2, 3, 16, 17, 40]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    centers = rng.normal(0, 40, (draw(st.integers(1, 6)), size))
    X = centers[rng.integers(0, len(centers), n)] + rng.normal(0, draw(st.sampled_from([1, 9])),
                                                              (n, size)) + 100  # fmt: skip
    if draw(st.booleans()):
        X = np.round(X / 8)
    X[n // 2 :: 5] = X[0]
    return X.clip(0, 255).astype(draw(st.sampled_from([np.uint8, np.float32, np.float64])))


def distances(X, metric):
    """Return SciPy's distances; scikit-learn's expand the square, and tell twins apart."""
    X = X.astype(np.float64)
    return cdist(X, X, {"l1": "cityblock"}.get(metric, metric))

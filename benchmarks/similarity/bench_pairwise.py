import imgmine as im
import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import additive_chi2_kernel, cosine_similarity, euclidean_distances

PEERS = {
    "euclidean": {"scikit-learn": euclidean_distances},
    "cosine": {"scikit-learn": cosine_similarity},
    "l1": {"scipy": lambda a, b: cdist(a, b, "cityblock")},
    "chi2": {"scikit-learn": lambda a, b: -additive_chi2_kernel(a, b)},
}


@pytest.mark.parametrize("metric", PEERS)
def bench_pairwise(race, threads, metric):
    rng = np.random.default_rng(0)
    a, b = (rng.random((n, 256), np.float32) for n in (250, 4000))
    peers = {name: (lambda f=f: f(a, b)) for name, f in PEERS[metric].items()}
    race(
        lambda: im.similarity.pairwise(a, b, metric),
        peers,
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4),
    )

import warnings

import imgmine as im
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture


def bench_gaussian_mixture(race, threads):
    """Five iterations after k-means, which either does in its own way."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(64, 64)) * 2
    X = (centers[rng.integers(0, 64, 20_000)] + rng.normal(size=(20_000, 64))).astype(np.float32)

    def fit(model):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.simplefilter("ignore", im.ConvergenceWarning)
            return model.fit(X)

    options = {"max_iter": 5, "tol": 0, "random_state": 0}
    race(
        lambda: fit(im.cluster.GaussianMixture(64, **options)),
        {"sklearn": lambda: fit(GaussianMixture(64, covariance_type="diag", **options))},
        lambda ours, theirs: None,  # other first clusters, another mixture
        turns=3,
    )

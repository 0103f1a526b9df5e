import imgmine as im
import numpy as np
import skimage.feature
from sklearn.mixture import GaussianMixture


def bench_fisher_vector(race, threads):
    """About 10000 places of an image, 64 components of them and of the mixture."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(64, 64))
    local = (centers[rng.integers(0, 64, 10_000)] + rng.normal(size=(10_000, 64))).astype(
        np.float32
    )
    options = {"covariance_type": "diag", "max_iter": 5, "tol": 1e9, "random_state": 0}
    mixture = GaussianMixture(64, **options).fit(local)

    def agree(ours, theirs):
        theirs = theirs[64:] * np.repeat([1, -1], 64 * 64)
        assert (ours * theirs).sum() > 0.999 * np.linalg.norm(ours) * np.linalg.norm(theirs)

    race(
        lambda: im.features.fisher_vector(
            local,
            mixture.weights_,
            mixture.means_,
            mixture.covariances_,
            power=1,
            normalize=None,
        ),
        {"skimage": lambda: skimage.feature.fisher_vector(local, mixture, improved=False)},
        agree,
        turns=5,
    )

import imgmine as im
import numpy as np
from sklearn.decomposition import PCA


def bench_pca(race, threads):
    X = np.random.default_rng(0).normal(size=(50_000, 128)) @ np.diag(np.linspace(1, 9, 128))
    X = X.astype(np.float32)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-3)

    race(
        lambda: im.cluster.PCA(64).fit(X),
        {"sklearn": lambda: PCA(64, svd_solver="covariance_eigh").fit(X)},
        agree,
        turns=3,
    )

import imgmine as im
import numpy as np
import pytest
from sklearn.decomposition import PCA


@pytest.mark.parametrize(("n", "size"), [(50_000, 128), (20_000, 784)])
def bench_pca(race, threads, n, size):
    X = np.random.default_rng(0).normal(size=(n, size)) * np.linspace(1, 9, size)
    X = X.astype(np.float32)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.explained_variance_, theirs.explained_variance_, rtol=1e-3)

    race(
        lambda: im.cluster.PCA(64).fit(X),
        {"sklearn": lambda: PCA(64, svd_solver="covariance_eigh").fit(X)},
        agree,
        turns=3,
    )

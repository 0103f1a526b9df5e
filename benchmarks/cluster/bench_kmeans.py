import gzip

import imgmine as im
import numpy as np
import pytest
from sklearn.cluster import KMeans, MiniBatchKMeans


def race_from(race, X, init, turns=3, **options):
    """From the same first centers; scikit-learn has no use for bytes."""
    options = {"n_clusters": len(init), **options}
    floats = X.astype(np.float32) if X.dtype == np.uint8 else X
    theirs = {**options, "init": init.astype(np.float32), "n_init": 1}

    def agree(ours, peer):
        assert ours.inertia_ <= 1.001 * peer.inertia_

    race(
        lambda: im.cluster.KMeans(init=init, **options).fit(X),
        {
            name: lambda name=name: KMeans(algorithm=name, **theirs).fit(floats)
            for name in ("lloyd", "elkan")
        },
        agree,
        turns=turns,
    )


@pytest.mark.parametrize(("n", "k"), [(50_000, 64), (50_000, 256)])
def bench_kmeans(race, threads, n, k):
    """Ten iterations from the same centers, of whitened SIFT's size: noise, no bound helps."""
    X = np.random.default_rng(0).normal(size=(n, 64)).astype(np.float32)
    race_from(race, X, X[:k], max_iter=10, tol=0)


@pytest.mark.targets
def bench_kmeans_of_colors(race, threads, data_dir):
    from PIL import Image

    path = sorted((data_dir / "corel1k").rglob("*.jpg"))[0]
    X = np.asarray(Image.open(path).convert("RGB").resize((640, 480))).reshape(-1, 3)
    race_from(race, X, X[:: len(X) // 16][:16])


@pytest.mark.parametrize("k", [10, 256])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def bench_kmeans_of_digits(race, threads, data_dir, k, dtype):
    with gzip.open(data_dir / "mnist" / "train-images-idx3-ubyte.gz") as file:
        X = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784).astype(dtype)
    race_from(race, X, X[:k], turns=1, max_iter=30)


def bench_kmeans_of_many(race, threads):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 64))[rng.integers(0, 200, 1_000_000)].astype(np.float32)
    X += rng.normal(size=X.shape).astype(np.float32)
    race_from(race, X, X[:64], turns=1, max_iter=20)


def bench_kmeans_by_batches(race, threads):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 64))[rng.integers(0, 50, 200_000)].astype(np.float32)
    X += 0.3 * rng.normal(size=X.shape).astype(np.float32)
    options = {"n_clusters": 50, "batch_size": 1024}

    def agree(ours, peer):
        assert ours.inertia_ <= 1.3 * peer.inertia_

    race(
        lambda: im.cluster.KMeans(**options).fit(X),
        {"sklearn": lambda: MiniBatchKMeans(**options, n_init=1).fit(X)},
        agree,
        turns=3,
    )

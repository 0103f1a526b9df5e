"""How well groups that nobody named agree with the folders that somebody did.

Run ``python -m benchmarks.quality_clusters [SET ...]`` with IMGMINE_DATA set; it takes the pictures
SET/CLASS/*.jpg, described by the recipe "balanced", and clusters the same vectors of length 1 by
ours and by scikit-learn's, k-means from ten seeds each. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import imgmine as im
import numpy as np
import sklearn.cluster
from imgmine.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score

SEEDS = range(10)


def clusterings(X, k):
    """Yield a name and the labels of several runs, ours and theirs by turns."""
    yield "k-means, imgmine", [im.cluster.KMeans(k, random_state=s).fit(X).labels_ for s in SEEDS]
    yield (
        "k-means, scikit-learn",
        [sklearn.cluster.KMeans(k, n_init=1, random_state=s).fit(X).labels_ for s in SEEDS],
    )
    for linkage in ("ward", "average"):
        yield f"{linkage}, imgmine", [im.cluster.Agglomerative(k, linkage).fit(X).labels_]
        theirs = sklearn.cluster.AgglomerativeClustering(k, linkage=linkage)
        yield f"{linkage}, scikit-learn", [theirs.fit(X).labels_]
    eps = float(np.median(im.cluster.outlier_scores(X, k=5)))
    yield f"DBSCAN {eps:.2f}, imgmine", [im.cluster.DBSCAN(eps).fit(X).labels_]
    yield f"DBSCAN {eps:.2f}, scikit-learn", [sklearn.cluster.DBSCAN(eps=eps).fit(X).labels_]


def judge(X, classes, labels):
    """Return NMI, ARI and silhouette."""
    return (
        normalized_mutual_info_score(classes, labels),
        adjusted_rand_score(classes, labels),
        silhouette_score(X, labels),
    )


def main() -> None:
    """Print a table per set."""
    folder = Path(os.environ["IMGMINE_DATA"])
    for name in sys.argv[1:] or ["corel1k", "caltech101"]:
        paths = sorted((folder / name).glob("*/*.jpg"))
        classes = [path.parent.name for path in paths]
        X = im.features.Recipe.named("balanced").transform(paths)
        X /= np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-12)
        print(f"| {name}, {len(paths)} pictures | NMI | ARI | silhouette |")
        print("| --- | ---: | ---: | ---: |")
        for title, runs in clusterings(X, len(set(classes))):
            means = np.mean([judge(X, classes, labels) for labels in runs], axis=0)
            print(f"| {title} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |", flush=True)
        found = im.collection.cluster_images(paths)
        nmi = normalized_mutual_info_score(classes, found.labels)
        ari = adjusted_rand_score(classes, found.labels)
        print(f"| `imgmine cluster`: {len(found)} groups | {nmi:.3f} | {ari:.3f} "
              f"| {found.silhouette:.3f} |\n")  # fmt: skip


if __name__ == "__main__":
    main()

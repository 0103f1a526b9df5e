import warnings

import imgmine as im
import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.neighbors import kneighbors_graph


def agree(ours, theirs):
    np.testing.assert_allclose(np.sort(ours.distances_), np.sort(theirs.distances_), rtol=1e-5)


@pytest.mark.parametrize("linkage", ["ward", "single", "complete", "average"])
@pytest.mark.parametrize("size", [16, 128])
def bench_exact(race, threads, linkage, size):
    X = np.random.default_rng(0).normal(size=(3000, size)).astype(np.float32)
    race(
        lambda: im.cluster.Agglomerative(10, linkage).fit(X),
        {
            "sklearn": lambda: AgglomerativeClustering(
                10, linkage=linkage, compute_distances=True
            ).fit(X)
        },
        agree,
        turns=3,
    )


@pytest.mark.parametrize("linkage", ["ward", "average"])
def bench_graph(race, threads, linkage):
    """5,000 samples that merge along the graph of their 10 nearest ones, which is found, too."""
    X = np.random.default_rng(0).normal(size=(5000, 32))

    def theirs():
        graph = kneighbors_graph(X, 10)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return AgglomerativeClustering(
                10,
                linkage=linkage,
                connectivity=graph + graph.T,
                compute_full_tree=True,
                compute_distances=True,
            ).fit(X)

    race(
        lambda: im.cluster.Agglomerative(10, linkage, n_neighbors=10).fit(X),
        {"sklearn": theirs},
        agree,
        turns=3,
    )

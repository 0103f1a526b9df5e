import warnings

import numpy as np
import pytest
import sklearn.cluster
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.cluster import Agglomerative
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import kneighbors_graph

from .samples import METRICS

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

LINKAGES = ("ward", "single", "complete", "average")


def scikit_learns(X, n_clusters, linkage, metric="euclidean", connectivity=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are not connected
        return sklearn.cluster.AgglomerativeClustering(
            n_clusters,
            linkage=linkage,
            metric=METRICS[metric],
            connectivity=connectivity,
            compute_full_tree=True,
            compute_distances=True,
        ).fit(X.astype(np.float64))


@st.composite
def spread(draw):
    """Draw samples no two pairs of which are equally far apart."""
    shape = draw(st.integers(2, 120)), draw(st.sampled_from([2, 3, 16, 17, 40]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return rng.normal(size=shape).astype(draw(st.sampled_from([np.float32, np.float64])))


@settings(max_examples=10)
@given(spread(), st.sampled_from(LINKAGES), st.sampled_from(sorted(METRICS)), st.integers(1, 9))
def test_tree_is_scikit_learns(X, linkage, metric, n_clusters):
    metric = "euclidean" if linkage == "ward" else metric
    n_clusters = min(n_clusters, len(X))
    ours = Agglomerative(n_clusters, linkage, metric=metric).fit(X)
    theirs = scikit_learns(X, n_clusters, linkage, metric)
    np.testing.assert_allclose(ours.distances_, theirs.distances_, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(np.sort(ours.children_, 1), np.sort(theirs.children_, 1))
    assert adjusted_rand_score(ours.labels_, theirs.labels_) == 1
    if metric != "cosine" or linkage != "single":  # those it leaves to SciPy, which sorts pairs
        np.testing.assert_array_equal(ours.children_, theirs.children_)
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    assert ours.n_clusters_ == n_clusters


@settings(max_examples=10)
@given(spread(), st.sampled_from(LINKAGES), st.integers(1, 8), st.integers(1, 9))
def test_tree_of_a_graph_is_scikit_learns(X, linkage, k, n_clusters):
    """Also where the graph falls apart."""
    k, n_clusters = min(k, len(X) - 1), min(n_clusters, len(X))
    graph = kneighbors_graph(X.astype(np.float64), k)
    ours = Agglomerative(n_clusters, linkage, n_neighbors=k).fit(X)
    theirs = scikit_learns(X, n_clusters, linkage, connectivity=graph + graph.T)
    np.testing.assert_allclose(ours.distances_, theirs.distances_, rtol=1e-9, atol=1e-12)
    assert adjusted_rand_score(ours.labels_, theirs.labels_) == 1


@pytest.mark.parametrize("linkage", LINKAGES)
def test_ties_keep_their_distances(linkage):
    """Which of equal distances goes first is a rule of its own; of a grid they are all equal."""
    X = np.stack(np.meshgrid(np.arange(6), np.arange(7)), 2).reshape(-1, 2).astype(np.uint8)
    model = Agglomerative(5, linkage).fit(X)
    assert (np.diff(model.distances_) >= -1e-12).all()
    assert np.unique(model.labels_).tolist() == [0, 1, 2, 3, 4]
    if linkage == "single":
        np.testing.assert_array_equal(model.distances_, 1)


def test_a_full_graph_is_no_graph():
    X = np.random.default_rng(0).normal(size=(60, 4))
    for linkage in LINKAGES:
        full = Agglomerative(4, linkage, n_neighbors=59).fit(X)
        exact = Agglomerative(4, linkage, n_neighbors=None).fit(X)
        np.testing.assert_allclose(full.distances_, exact.distances_, rtol=1e-12)
        assert adjusted_rand_score(full.labels_, exact.labels_) == 1


@pytest.mark.parametrize("n_neighbors", [None, 6])
@pytest.mark.parametrize("linkage", LINKAGES)
def test_stops_at_a_distance(linkage, n_neighbors):
    X = np.repeat(np.float32([[0, 0], [5, 0], [90, 90]]), 6, 0)
    X += np.random.default_rng(0).random(X.shape, np.float32)
    model = Agglomerative(
        None, linkage, n_neighbors=n_neighbors, distance_threshold=30
    ).fit(X)  # fmt: skip
    assert model.n_clusters_ == 2
    assert len(set(model.labels_[:12])) == 1


@pytest.mark.parametrize("linkage", LINKAGES)
def test_small_cases(linkage):
    assert Agglomerative(1, linkage).fit_predict([[3.0]]).tolist() == [0]
    assert Agglomerative(1, linkage).fit([[3.0]]).children_.shape == (0, 2)
    assert sorted(Agglomerative(2, linkage).fit_predict([[3.0], [4.0]])) == [0, 1]
    for n_neighbors in (None, 2, 99):
        model = Agglomerative(3, linkage, n_neighbors=n_neighbors).fit(np.ones((9, 2)))
        assert not model.distances_.any()
        assert model.n_clusters_ == 3


def test_beyond_its_limit_takes_a_graph(monkeypatch):
    X = np.random.default_rng(0).normal(size=(80, 3))
    monkeypatch.setitem(Agglomerative.fit.__globals__["_MOST_EXACT"], "ward", 79)
    model = Agglomerative(4).fit(X)
    np.testing.assert_array_equal(
        model.children_, Agglomerative(4, n_neighbors=16).fit(X).children_
    )
    monkeypatch.setitem(Agglomerative.fit.__globals__["_MOST_EXACT"], "ward", 80)
    np.testing.assert_array_equal(
        Agglomerative(4).fit(X).children_, Agglomerative(4, n_neighbors=None).fit(X).children_
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_clusters": 0}, "^n_clusters must be at least 1, got 0"),
        ({"n_clusters": 5}, "^n_clusters must be at most the number of samples, got 5"),
        ({"n_clusters": None}, "^n_clusters or distance_threshold must be None"),
        ({"distance_threshold": 2}, "^n_clusters or distance_threshold must be None"),
        ({"n_clusters": None, "distance_threshold": -1}, "^distance_threshold must not be"),
        ({"linkage": "centroid"}, "^linkage must be 'ward', 'single', 'complete' or 'average'"),
        ({"metric": "l1"}, "^metric must be 'euclidean' for linkage 'ward'"),
        ({"metric": "l3"}, "^metric must be 'euclidean', 'l1' or 'cosine'"),
        ({"n_neighbors": 0}, "^n_neighbors must be at least 1, got 0"),
        ({"n_neighbors": "some"}, "^n_neighbors must be a number, 'auto' or None, got 'some'"),
    ],
)
def test_refuses_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        Agglomerative(**parameters).fit(np.ones((4, 2), np.float32))


@pytest.mark.parametrize("X", [np.ones((0, 2)), np.ones(3), [[np.nan]], [[np.inf]]])
def test_refuses_wrong_samples(X):
    with pytest.raises(ValueError, match=r"^X "):
        Agglomerative(1).fit(X)

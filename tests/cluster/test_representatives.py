import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.cluster import representatives

from .samples import METRICS, distances, samples

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(samples(), st.sampled_from(sorted(METRICS)), st.integers(1, 9), st.integers(0, 5))
def test_are_the_least_and_the_greatest_mean_distances(X, metric, n_labels, n):
    X = X + X.dtype.type(1) if metric == "cosine" else X
    labels = np.random.default_rng(len(X)).integers(0, n_labels, len(X))
    between = distances(X, metric)
    groups = representatives(X, labels, n, metric=metric)
    assert [group.label for group in groups] == np.unique(labels).tolist()
    for group in groups:
        members = np.flatnonzero(labels == group.label)
        assert group.size == len(members)
        means = between[np.ix_(members, members)].sum(1) / max(len(members) - 1, 1)
        for chosen, order in ((group.typical, means), (group.unusual, -means)):
            assert len(set(chosen)) == min(n, len(members))
            found = order[np.searchsorted(members, chosen)]
            np.testing.assert_allclose(found, np.sort(order)[:n], rtol=1e-9, atol=1e-9)


def test_equally_typical_ones_are_in_order():
    (group,) = representatives(np.ones((9, 2), np.uint8), ["a"] * 9, 3)
    assert group.typical.tolist() == group.unusual.tolist() == [0, 1, 2]
    assert group.label == "a"


def test_noise_is_no_cluster():
    assert [g.label for g in representatives(np.ones((4, 1)), [-1, 0, 0, 2])] == [0, 2]
    assert representatives(np.ones((0, 2)), []) == []


def test_refuses_wrong_arguments():
    for arguments, message in (
        ((np.ones((3, 1)), [0, 1]), r"^labels must have shape \(3,\)"),
        ((np.ones((3, 1)), [0, 1, 1], -1), "^n must not be negative, got -1"),
        (([[np.nan]], [0]), "^X must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            representatives(*arguments)

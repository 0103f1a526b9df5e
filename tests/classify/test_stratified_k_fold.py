import imgmine as im
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.classify import StratifiedKFold

FOLDS = st.integers(2, 5)


@st.composite
def labels(draw, k):
    """Labels of one to four classes in any order, each at least k times."""
    counts = draw(st.lists(st.integers(k, 4 * k), min_size=1, max_size=4))
    order = draw(st.permutations(range(sum(counts))))
    return np.repeat(["d", "a", "c", "b"][: len(counts)], counts)[list(order)]


@given(st.data(), FOLDS)
def test_folds_are_those_of_scikit_learn(data, k):
    theirs = pytest.importorskip("sklearn.model_selection").StratifiedKFold(k)
    y = data.draw(labels(k))
    for ours, expected in zip(StratifiedKFold(k).split(y, y), theirs.split(y, y), strict=True):
        np.testing.assert_array_equal(ours[0], expected[0])
        np.testing.assert_array_equal(ours[1], expected[1])


@given(st.data(), FOLDS, st.integers(0, 9))
def test_shuffled_folds_divide_every_class_evenly(data, k, seed):
    y = data.draw(labels(k))
    folds = StratifiedKFold(k, shuffle=True, random_state=seed)
    parts = [test for _, test in folds.split(y, y)]
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(len(y)))
    assert np.ptp([len(test) for test in parts]) <= 1
    for name in np.unique(y):
        assert np.ptp([(y[test] == name).sum() for test in parts]) <= 1
    for (train, test), again in zip(folds.split(y, y), folds.split(y, y), strict=True):
        np.testing.assert_array_equal(np.sort(np.r_[train, test]), np.arange(len(y)))
        np.testing.assert_array_equal(test, again[1])


def test_seeds():
    y = np.arange(100) % 2

    def first(seed):
        return next(StratifiedKFold(shuffle=True, random_state=seed).split(y, y))[1].tolist()

    assert first(None) == first(0) != first(1)


def test_scikit_learn_takes_them():
    selection = pytest.importorskip("sklearn.model_selection")
    X, y = np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2
    folds = StratifiedKFold(4)
    theirs = selection.cross_val_score(im.classify.LinearSVC(), X, y, cv=folds)
    ours = im.classify.cross_val_score(im.classify.LinearSVC(), X, y, cv=folds)
    np.testing.assert_array_equal(ours, theirs)
    assert folds.get_n_splits() == 4
    assert repr(folds) == "StratifiedKFold(4, shuffle=False, random_state=None)"


def test_wrong_arguments():
    with pytest.raises(ValueError, match="n_splits must be at least 2, got 1"):
        StratifiedKFold(1)
    with pytest.raises(TypeError, match="n_splits must be a whole number"):
        StratifiedKFold(2.0)
    with pytest.raises(TypeError, match="shuffle must be True or False"):
        StratifiedKFold(shuffle="yes")
    with pytest.raises(ValueError, match="random_state must not be negative"):
        StratifiedKFold(random_state=-1)
    with pytest.raises(ValueError, match="at least n_splits = 3 times, got 'b' 2 times"):
        StratifiedKFold(3).split("aaabb", list("aaabb"))
    with pytest.raises(ValueError, match="y must not be empty"):
        StratifiedKFold(3).split([], [])
    with pytest.raises(ValueError, match="one label for each of 3 samples, got 2"):
        StratifiedKFold(2).split([1, 2, 3], [1, 2])

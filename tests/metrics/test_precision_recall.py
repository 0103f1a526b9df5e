import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine import metrics

NAMES = ["precision_score", "recall_score", "f1_score"]
AVERAGES = ["micro", "macro", "weighted", None]

names = st.sampled_from(NAMES)
averages = st.sampled_from(AVERAGES)
zeros = st.sampled_from([0.0, 1.0, np.nan])


@st.composite
def predictions(draw, max_classes=6):
    """Draw true and predicted labels of one kind, and all the classes they come from."""
    n_classes = draw(st.integers(1, max_classes))
    n = draw(st.integers(1, 30))
    codes = st.lists(st.integers(0, n_classes - 1), min_size=n, max_size=n)
    kinds = [
        np.arange(n_classes) * 7 - 10,
        np.array([f"class {i}" for i in range(n_classes)]),
        np.arange(n_classes) * 1.0,
    ]
    kinds += [np.array([False, True])[:n_classes]] if n_classes <= 2 else []
    classes = draw(st.sampled_from(kinds))
    return classes[draw(codes)], classes[draw(codes)], classes


def weights_of(draw, n):
    weights = st.one_of(st.just(1.0), st.floats(0, 4, width=32))
    return np.array([1.0, *draw(st.lists(weights, min_size=n - 1, max_size=n - 1))])


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=0)


@given(names, averages, zeros, predictions(), st.data())
def test_matches_scikit_learn(name, average, zero, drawn, data):
    y_true, y_pred, _ = drawn
    options = {"average": average, "zero_division": zero}
    options["sample_weight"] = data.draw(st.none() | st.just(weights_of(data.draw, len(y_true))))
    expected = getattr(sklearn.metrics, name)(y_true, y_pred, **options)
    close(getattr(metrics, name)(y_true, y_pred, **options), expected)


@given(names, averages, zeros, predictions(), st.data())
def test_asked_for_labels_match_scikit_learn(name, average, zero, drawn, data):
    """A part of the classes, in any order, and some that never occur."""
    y_true, y_pred, classes = drawn
    order = data.draw(st.permutations(classes.tolist()))
    labels = order[: data.draw(st.integers(1, len(order)))]
    options = {"average": average, "labels": labels, "zero_division": zero}
    expected = getattr(sklearn.metrics, name)(y_true, y_pred, **options)
    close(getattr(metrics, name)(y_true, y_pred, **options), expected)


@given(names, zeros, predictions(max_classes=2), st.data())
def test_binary_matches_scikit_learn(name, zero, drawn, data):
    y_true, y_pred, classes = drawn
    occurring = np.unique(np.concatenate([y_true, y_pred])).tolist()
    pos_label = data.draw(st.sampled_from(occurring if len(occurring) > 1 else classes.tolist()))
    options = {"pos_label": pos_label, "zero_division": zero}
    expected = getattr(sklearn.metrics, name)(y_true, y_pred, **options)
    close(getattr(metrics, name)(y_true, y_pred, **options), expected)


@pytest.mark.parametrize("name", NAMES)
def test_average_decides_the_type(name):
    score = getattr(metrics, name)
    assert type(score([0, 1, 1], [1, 1, 0])) is float
    per_class = score([0, 1, 2], [0, 2, 1], average=None)
    assert per_class.dtype == np.float64
    assert per_class.shape == (3,)


def test_what_was_never_predicted_is_zero_by_default_and_silently():
    assert metrics.precision_score([1, 1], [0, 0]) == 0.0
    assert metrics.recall_score([0, 0], [1, 1]) == 0.0
    assert metrics.f1_score([1, 1], [1, 1], labels=[2], average="macro") == 0.0


def test_binary_needs_two_classes():
    with pytest.raises(ValueError, match=r"average must be 'micro'.*got 'binary'"):
        metrics.f1_score([0, 1, 2], [0, 1, 2])


@pytest.mark.parametrize(("y_true", "y_pred"), [(["a", "b"], ["b", "b"]), ([2, 3], [3, 3])])
def test_pos_label_must_occur(y_true, y_pred):
    with pytest.raises(ValueError, match=r"pos_label must be one of .*, got 1"):
        metrics.precision_score(y_true, y_pred)


@pytest.mark.parametrize("zero", [0.5, "warn", None, -1])
def test_rejects_other_values_for_zero_division(zero):
    with pytest.raises(ValueError, match="zero_division must be 0, 1 or nan"):
        metrics.recall_score([0, 1], [0, 1], zero_division=zero)


def test_rejects_unknown_average():
    with pytest.raises(ValueError, match="average must be one of"):
        metrics.f1_score([0, 1], [0, 1], average="samples")

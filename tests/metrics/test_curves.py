import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import average_precision_score, roc_auc_score

CLASSES = np.array(["beach", "bus", "food"])


@st.composite
def scored(draw, n_classes):
    """Labels that hold every class, scores with many ties, and weights."""
    n = draw(st.integers(n_classes, 25))
    rest = st.lists(st.integers(0, n_classes - 1), min_size=n - n_classes, max_size=n - n_classes)
    labels = np.array(draw(st.permutations([*range(n_classes), *draw(rest)])))
    shape = (n,) if n_classes == 2 else (n, n_classes)
    steps = st.integers(0, 6) if draw(st.booleans()) else st.integers(0, 10**6)
    size = int(np.prod(shape))
    values = np.array(draw(st.lists(steps, min_size=size, max_size=size)), float)
    weights = draw(st.lists(st.floats(0.25, 3), min_size=n, max_size=n))
    return labels, values.reshape(shape), draw(st.sampled_from([None, weights]))


@given(scored(2))
def test_two_classes_match_scikit_learn(drawn):
    y_true, y_score, weights = drawn
    for name, ours in (("roc_auc", roc_auc_score), ("average_precision", average_precision_score)):
        peer = getattr(sklearn.metrics, f"{name}_score")
        expected = peer(y_true, y_score, sample_weight=weights)
        actual = ours(y_true, y_score, sample_weight=weights)
        assert type(actual) is float
        assert actual == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(scored(3), st.sampled_from(["macro", "weighted", "micro", None]))
def test_columns_match_scikit_learn(drawn, average):
    """Scikit-learn wants rows that sum to one, which changes the order within a column."""
    codes, y_score, weights = drawn
    y_score = (y_score + 1) / (y_score + 1).sum(axis=1, keepdims=True)
    y_true = CLASSES[codes]
    options = {"average": average, "sample_weight": weights}
    expected = sklearn.metrics.roc_auc_score(y_true, y_score, multi_class="ovr", **options)
    np.testing.assert_allclose(roc_auc_score(y_true, y_score, **options), expected, rtol=1e-12)
    expected = sklearn.metrics.average_precision_score(y_true, y_score, **options)
    actual = average_precision_score(y_true, y_score, **options)
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


@given(scored(3), st.sampled_from(["macro", "weighted"]))
def test_pairs_match_scikit_learn(drawn, average):
    codes, y_score, _ = drawn
    y_score = (y_score + 1) / (y_score + 1).sum(axis=1, keepdims=True)
    options = {"average": average, "multi_class": "ovo"}
    expected = sklearn.metrics.roc_auc_score(CLASSES[codes], y_score, **options)
    actual = roc_auc_score(CLASSES[codes], y_score, **options)
    assert type(actual) is float
    assert actual == pytest.approx(expected, rel=1e-12)


def test_weights_of_pairs_are_repetitions():
    rng = np.random.default_rng(0)
    y_true, y_score = np.arange(30) % 3, rng.integers(0, 5, (30, 3))
    weights = rng.integers(1, 4, 30)
    repeated = np.repeat(np.arange(30), weights)
    options = {"average": "weighted", "multi_class": "ovo"}
    actual = roc_auc_score(y_true, y_score, sample_weight=weights, **options)
    assert actual == pytest.approx(roc_auc_score(y_true[repeated], y_score[repeated], **options))


def test_pairs_have_no_micro_average():
    for average in ("micro", None):
        with pytest.raises(ValueError, match="average must be 'macro' or 'weighted' for pairs"):
            roc_auc_score([0, 1, 2], np.eye(3), multi_class="ovo", average=average)
    with pytest.raises(ValueError, match="multi_class must be 'ovr' or 'ovo'"):
        roc_auc_score([0, 1, 2], np.eye(3), multi_class="all")


@given(scored(2))
def test_area_is_a_count_of_pairs(drawn):
    y_true, y_score, _ = drawn
    above = np.sign(y_score[y_true == 1][:, None] - y_score[y_true == 0]) / 2 + 0.5
    assert roc_auc_score(y_true, y_score) == pytest.approx(above.mean())
    assert roc_auc_score(y_true, -y_score) == pytest.approx(1 - above.mean())


def test_samples_of_no_weight_do_not_count():
    y_true, y_score, weights = [1, 0, 1, 0, 1], [5, 5, 4, 3, 2], [0, 0, 1, 2, 0.5]
    for score in (roc_auc_score, average_precision_score):
        expected = score(y_true[2:], y_score[2:], sample_weight=weights[2:])
        assert score(y_true, y_score, sample_weight=weights) == expected


def test_positive_class():
    scores = [0.9, 0.2, 0.1]
    assert roc_auc_score(["b", "a", "a"], scores) == 1
    assert average_precision_score(["b", "a", "a"], scores, pos_label="b") == 1
    assert average_precision_score(["b", "a", "a"], scores, pos_label="a") < 1
    assert average_precision_score([0, 0], [0.1, 0.2]) == 0


def test_labels_give_the_order_of_columns():
    y_true = ["b", "a", "c"]
    scores = np.eye(3)
    assert roc_auc_score(y_true, scores, labels=["b", "a", "c"]) == 1
    assert average_precision_score(y_true, scores, labels=["b", "a", "c"]) == 1
    assert roc_auc_score(y_true, scores) < 1


@pytest.mark.parametrize(
    ("y_true", "y_score", "message"),
    [
        ([1, 1], [0.1, 0.2], "y_true must hold two classes for one score each, got 1"),
        ([0, 1, 2], [0.1, 0.2, 0.3], "y_true must hold two classes for one score each, got 3"),
        ([0, 1], [0.1], "y_true and y_score must have one length, got 2 and 1"),
        ([0, 1], [0.1, np.nan], "y_score must be finite"),
        ([0, 1], [[0.1] * 3] * 2, "y_score must have one column for each of 2 classes, got 3"),
        ([0, 1], np.zeros((2, 1, 1)), r"y_score must have shape \(n,\) or \(n, n_classes\)"),
    ],
)
def test_rejects_what_has_no_area(y_true, y_score, message):
    with pytest.raises(ValueError, match=message):
        roc_auc_score(y_true, y_score)


def test_rejects_scores_that_are_not_numbers():
    with pytest.raises(TypeError, match="y_score must hold numbers"):
        roc_auc_score([0, 1], ["a", "b"])


def test_rejects_columns_for_unknown_classes():
    with pytest.raises(ValueError, match="samples of the class and of others"):
        roc_auc_score([0, 1], np.eye(3)[:2], labels=[0, 1, 2])
    with pytest.raises(ValueError, match="labels must hold every label of y_true"):
        roc_auc_score([0, 1, 2], np.eye(3)[:, :2], labels=[0, 1])


@pytest.mark.parametrize("score", [roc_auc_score, average_precision_score])
def test_rejects_unknown_average(score):
    with pytest.raises(ValueError, match=r"average must be one of .*'micro', None"):
        score([0, 1], np.eye(2), average="samples")


def test_rejects_a_positive_class_that_does_not_occur():
    with pytest.raises(ValueError, match=r"pos_label must be one of \['a', 'b'\], got 1"):
        average_precision_score(["a", "b"], [0.1, 0.2])

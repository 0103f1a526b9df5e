import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import accuracy_score, confusion_matrix

codes = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(-2, 3), min_size=n, max_size=n)] * 3)
)
normalizations = st.sampled_from([None, "true", "pred", "all"])


@given(codes, st.booleans())
def test_accuracy_matches_scikit_learn(drawn, weighted):
    y_true, y_pred, weights = drawn
    weights = np.abs(weights) + 0.5 if weighted else None
    expected = sklearn.metrics.accuracy_score(y_true, y_pred, sample_weight=weights)
    assert accuracy_score(y_true, y_pred, sample_weight=weights) == pytest.approx(expected, 1e-12)


@given(codes, normalizations, st.sampled_from([None, int, float]))
def test_confusion_matches_scikit_learn(drawn, normalize, weight_type):
    y_true, y_pred, weights = drawn
    labels = [3, -1, 5, 0, 2, 1, -2]  # 5 never occurs
    options = {"labels": labels, "normalize": normalize}
    if weight_type is not None:
        options["sample_weight"] = (np.abs(weights) + 1).astype(weight_type)
    expected = sklearn.metrics.confusion_matrix(y_true, y_pred, **options)
    actual = confusion_matrix(y_true, y_pred, **options)
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=1e-12)


@given(codes)
def test_labels_left_out_are_not_counted(drawn):
    y_true, y_pred, _ = drawn
    whole = confusion_matrix(y_true, y_pred, labels=range(-2, 4))
    if np.isin(y_true, [3, 0]).any():
        part = confusion_matrix(y_true, y_pred, labels=[3, 0])
        np.testing.assert_array_equal(part, whole[np.ix_([5, 2], [5, 2])])


def test_rejects_labels_that_no_sample_has():
    with pytest.raises(ValueError, match="labels must hold a label of y_true"):
        confusion_matrix(["cat"], ["dog"], labels=["cats", "dog"])


def test_rejects_unknown_normalization():
    with pytest.raises(ValueError, match="normalize must be 'true', 'pred', 'all' or None"):
        confusion_matrix([0], [0], normalize="rows")

"""What counts as a label, for all functions that take labels."""

from pathlib import PurePosixPath

import numpy as np
import pytest
from imgmine.metrics import accuracy_score, confusion_matrix, recall_score

BIG = 2**63


@pytest.mark.parametrize(
    ("y_true", "y_pred", "expected"),
    [
        ([True, False], [True, True], 0.5),
        ([True, False], [1, 1], 0.5),
        ([1.0, 2.0], [1, 3], 0.5),
        (np.array([1, 2], np.uint8), np.array([1, -2], np.int16), 0.5),
        (["a", "b"], np.array(["a", "bb"]), 0.5),
        (("a", "b"), np.array(["a", "b"], object), 1.0),
        ([b"a", b"b"], [b"a", b"a"], 0.5),
        (np.array([1, 2], object), [1, 2], 1.0),
        (np.array([True, False], object), [True, True], 0.5),
        ([PurePosixPath("a"), PurePosixPath("b")], [PurePosixPath("b")] * 2, 0.5),
        (np.array(["2024", "2025"], "M8[Y]"), np.array(["2024", "2024"], "M8[Y]"), 0.5),
        (np.array(["a", "b"], np.dtypes.StringDType()), ["a", "a"], 0.5),
    ],
    ids=str,
)
def test_takes_labels_of_any_sortable_kind(y_true, y_pred, expected):
    assert accuracy_score(y_true, y_pred) == expected


def test_big_integers_keep_their_digits():
    """As float64, the common type of int64 and uint64, the two labels would be one."""
    y_true = np.array([BIG, BIG + 1], np.uint64)
    assert accuracy_score(y_true, [1, 1]) == 0
    np.testing.assert_array_equal(confusion_matrix(y_true, y_true), np.eye(2))
    assert recall_score(y_true, [BIG, 1], average=None).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        (["a", "b"], [0, 1], "one kind, got strings in y_true, numbers in y_pred"),
        (["a", 1], ["a", "b"], "y_true must hold labels of one kind, got int and str"),
        (["a", b"b"], ["a", "b"], "y_true must hold labels of one kind, got bytes and str"),
        ([None, "a"], ["a", "a"], "y_true must hold labels of one kind, got NoneType and str"),
        ([None, None], ["a", "a"], "y_true must hold sortable labels, got NoneType"),
        ([1j, 2j], [1, 2], "y_true must hold numbers, strings or other sortable labels"),
        ("ab", ["a", "b"], "y_true must be a sequence of labels, got str"),
        ({1, 2}, [1, 2], "y_true must be a sequence of labels, got set"),
    ],
)
def test_rejects_labels_of_another_kind(y_true, y_pred, message):
    with pytest.raises(TypeError, match=message):
        accuracy_score(y_true, y_pred)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([], [], "y_true must not be empty"),
        ([1, 2], [1], "y_true and y_pred must have one length, got 2 and 1"),
        ([[1], [2]], [1, 2], r"y_true must be one-dimensional, got shape \(2, 1\)"),
        ([0, 1], [0.2, 0.9], r"y_pred must hold class labels, got continuous values \(0.2\)"),
        ([0, 1], [0, np.nan], "y_pred must hold class labels"),
    ],
)
def test_rejects_arrays_of_the_wrong_shape_or_value(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        accuracy_score(y_true, y_pred)


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0], ValueError, r"sample_weight must have shape \(2,\), got \(1,\)"),
        ([1, -1], ValueError, "sample_weight must be finite, >= 0"),
        ([0, 0], ValueError, "sample_weight must be finite, >= 0 and not zero throughout"),
        ([1, np.inf], ValueError, "sample_weight must be finite"),
        (["a", "b"], TypeError, "sample_weight must hold numbers"),
    ],
)
def test_rejects_bad_weights(weights, error, message):
    with pytest.raises(error, match=message):
        accuracy_score([0, 1], [0, 1], sample_weight=weights)


def test_rejects_repeated_labels():
    with pytest.raises(ValueError, match=r"labels must not repeat, got \[1, 0, 1\]"):
        confusion_matrix([0, 1], [0, 1], labels=[1, 0, 1])


def test_rejects_labels_of_another_kind_than_asked_for():
    with pytest.raises(TypeError, match="numbers in y_pred, strings in labels"):
        confusion_matrix([0, 1], [0, 1], labels=["a"])

import json

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import assume, given
from hypothesis import strategies as st
from imgmine.metrics import classification_report

NAMES = np.array(["beach", "bus", "dinosaur", "a class with a long name"])

pairs = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)
)


@given(pairs, st.integers(0, 15), st.sampled_from([0.0, 1.0, np.nan]))
def test_text_matches_scikit_learn(pair, digits, zero):
    """Where no prediction is right, scikit-learn counts samples in floats; we do not."""
    assume(np.equal(*pair).any())
    y_true, y_pred = (NAMES[codes] for codes in pair)
    options = {"digits": digits, "zero_division": zero}
    expected = sklearn.metrics.classification_report(y_true, y_pred, **options)
    assert classification_report(y_true, y_pred, **options) == expected


@given(pairs, st.permutations(range(4)), st.integers(1, 4))
def test_dictionary_matches_scikit_learn(pair, order, n_labels):
    """A part of the classes has a micro average, all of them an accuracy."""
    labels = order[:n_labels]
    options = {
        "labels": labels,
        "target_names": NAMES[labels],
        "output_dict": True,
        "zero_division": 0.0,
    }
    expected = sklearn.metrics.classification_report(*pair, **options)
    actual = classification_report(*pair, **options)
    assert list(actual) == list(expected)
    for name, row in expected.items():
        assert actual[name] == pytest.approx(row, rel=1e-12)


def test_dictionary_is_plain_data():
    report = classification_report([0, 1, 1], [0, 1, 0], output_dict=True)
    assert json.loads(json.dumps(report)) == report
    assert report["1"]["support"] == 2
    assert isinstance(report["1"]["support"], int)


def test_weights_count_as_repetitions():
    repeated = classification_report([0, 1, 1, 1], [0, 1, 0, 0], output_dict=True)
    weighted = classification_report(
        [0, 1, 1], [0, 1, 0], sample_weight=[1, 1, 2], output_dict=True
    )
    assert weighted == repeated


def test_a_class_may_be_called_accuracy():
    y = ["accuracy", "accuracy", "b"]
    report = classification_report(y, y, labels=["accuracy"], output_dict=True)
    assert report["accuracy"]["support"] == 2
    assert classification_report(y, y).count("1.00") == 6 + 1 + 6


def test_rejects_the_wrong_number_of_names():
    with pytest.raises(ValueError, match="target_names must name all 2 classes, got 1 names"):
        classification_report([0, 1], [0, 1], target_names=["a"])

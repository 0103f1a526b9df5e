import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine.metrics import adjusted_rand_score, normalized_mutual_info_score

MEANS = ("arithmetic", "geometric", "min", "max")


@st.composite
def pairs(draw):
    n = draw(st.integers(1, 200))
    sizes = st.integers(1, 8) | st.just(n)
    one, other = (
        draw(st.lists(st.integers(0, draw(sizes)), min_size=n, max_size=n)) for _ in range(2)
    )
    return one, one if draw(st.integers(0, 5)) == 0 else other


@given(pairs())
def test_adjusted_rand_is_scikit_learns(pair):
    expected = sklearn.metrics.adjusted_rand_score(*pair)
    assert adjusted_rand_score(*pair) == pytest.approx(expected, abs=1e-12)
    assert adjusted_rand_score(*reversed(pair)) == pytest.approx(expected, abs=1e-12)


@given(pairs(), st.sampled_from(MEANS))
def test_mutual_information_is_scikit_learns(pair, mean):
    with np.errstate(all="ignore"):
        expected = sklearn.metrics.normalized_mutual_info_score(*pair, average_method=mean)
    actual = normalized_mutual_info_score(*pair, average_method=mean)
    assert actual == pytest.approx(expected, abs=1e-12)


def test_names_do_not_matter():
    numbers, texts = [3, 3, 1, 1, 2], ["x", "x", "z", "z", "y"]
    assert adjusted_rand_score(numbers, texts) == 1
    assert normalized_mutual_info_score(texts, numbers) == pytest.approx(1)


def test_many_samples_do_not_overflow():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300_000)
    assert adjusted_rand_score(labels, labels) == 1
    assert abs(adjusted_rand_score(labels, rng.permutation(labels))) < 1e-4


def test_one_cluster():
    assert adjusted_rand_score([0, 0, 0], [1, 1, 1]) == 1
    assert adjusted_rand_score([0, 0, 0], [1, 2, 1]) == 0
    assert normalized_mutual_info_score([0], [1]) == 1
    assert normalized_mutual_info_score([0, 0, 0], [1, 2, 1]) == 0


@pytest.mark.parametrize("score", [adjusted_rand_score, normalized_mutual_info_score])
def test_refuses_wrong_arguments(score):
    with pytest.raises(ValueError, match=r"^labels_true and labels_pred must have one length"):
        score([1, 2], [1])
    with pytest.raises(ValueError, match=r"^labels_true must not be empty"):
        score([], [])
    with pytest.raises(ValueError, match=r"^labels_pred must hold class labels"):
        score([1, 2], [0.5, 1])
    with pytest.raises(ValueError, match=r"^average_method must be one of 'arithmetic'"):
        normalized_mutual_info_score([1], [1], average_method="mean")

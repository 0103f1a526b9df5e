import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import metrics
from skimage import metrics as peers
from sklearn.metrics import f1_score, jaccard_score

from .label_images import PAIRS, pairs_of_label_images

OF_TWO = [
    metrics.boundary_recall,
    metrics.boundary_precision,
    metrics.boundary_f1,
    metrics.undersegmentation_error,
    metrics.achievable_segmentation_accuracy,
    metrics.adapted_rand,
    metrics.variation_of_information,
    metrics.iou,
    metrics.dice,
]


def numbered(labels, start=0):
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape) + start


def joined(labels):
    """Tell of each two different pixels whether they have one label."""
    flat = labels.ravel()
    return (flat[:, None] == flat) & ~np.eye(flat.size, dtype=bool)


@given(pairs_of_label_images())
def test_adapted_rand_follows_the_definition(pair):
    ours, true = map(joined, pair)
    both = (ours & true).sum()
    f, precision, recall = metrics.adapted_rand(*pair)
    assert precision == (both / ours.sum() if ours.any() else 1)
    assert recall == (both / true.sum() if true.any() else 1)
    total = ours.sum() + true.sum()
    assert f == pytest.approx(2 * both / total if total else 1)


@pytest.mark.parametrize("name", ["blobs", "holes", "close"])
def test_adapted_rand_is_scikit_images_with_names_put_right(name):
    labels, truth = map(numbered, PAIRS[name])
    for ignored in (None, 0, 2):
        ignore = () if ignored is None else (ignored,)
        error, of_truth, of_labels = peers.adapted_rand_error(truth, labels, ignore_labels=ignore)
        f, precision, recall = metrics.adapted_rand(labels, truth, ignore=ignored)
        assert f == pytest.approx(1 - error)
        assert recall == pytest.approx(of_truth)
        assert precision == pytest.approx(of_labels)


@given(pairs_of_label_images())
def test_variation_of_information_is_scikit_images(pair):
    labels, truth = (numbered(image, 1) for image in pair)
    expected = peers.variation_of_information(truth, labels)
    found = metrics.variation_of_information(*pair)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert min(found) >= 0
    np.testing.assert_allclose(metrics.variation_of_information(*pair[::-1]), found[::-1])


def test_what_is_ignored_does_not_count():
    labels, truth = PAIRS["blobs"]
    kept = truth != 3
    part = labels[kept][None], truth[kept][None]
    for score in (metrics.adapted_rand, metrics.variation_of_information):
        np.testing.assert_allclose(score(labels, truth, ignore=3), score(*part))
    nothing = np.full_like(truth, 3)
    assert metrics.adapted_rand(labels, nothing, ignore=3) == (1, 1, 1)
    assert metrics.variation_of_information(labels, nothing, ignore=3) == (0, 0)


@given(pairs_of_label_images(), st.sampled_from([0, 1]))
def test_overlap_of_masks_is_scikit_learns(pair, zero):
    ours, true = ((image != 0).ravel() for image in pair)
    iou, dice = (score(*pair, zero_division=zero) for score in (metrics.iou, metrics.dice))
    assert iou == pytest.approx(jaccard_score(true, ours, zero_division=zero))
    assert dice == pytest.approx(f1_score(true, ours, zero_division=zero))
    assert iou == metrics.iou(*(image != 0 for image in pair), zero_division=zero)


def test_overlap_of_classes_is_scikit_learns():
    labels, truth = PAIRS["close"]
    classes = [5, 0, 1, 77]
    flat = truth.ravel(), labels.ravel()
    for score, peer in ((metrics.iou, jaccard_score), (metrics.dice, f1_score)):
        expected = peer(*flat, labels=classes, average=None, zero_division=1)
        np.testing.assert_allclose(score(labels, truth, classes=classes), expected)
        found = score(labels, truth, classes=classes, zero_division=float("nan"))
        assert np.isnan(found).tolist() == [False, False, False, True]


@pytest.mark.parametrize("score", OF_TWO)
def test_names_do_not_matter(score):
    if score in (metrics.iou, metrics.dice):
        return
    np.testing.assert_allclose(score(*PAIRS["holes"]), score(*PAIRS["blobs"]))


@pytest.mark.parametrize("score", OF_TWO)
def test_refuses_wrong_arguments(score):
    labels = np.ones((4, 5), int)
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        score(labels / 2, labels)
    with pytest.raises(TypeError, match=r"^truth must hold whole numbers, got float32"):
        score(labels, labels.astype(np.float32))
    with pytest.raises(ValueError, match=r"^truth must have the shape of labels \(4, 5\), got \(3"):
        score(labels, labels[:3])
    with pytest.raises(ValueError, match=r"^labels must have shape \(H, W\), got \(4, 5, 1\)"):
        score(labels[..., None], labels)
    with pytest.raises(ValueError, match=r"^labels must not be empty, got shape \(0, 5\)"):
        score(labels[:0], labels)


def test_refuses_wrong_values():
    labels = np.ones((4, 5), int)
    with pytest.raises(ValueError, match=r"^zero_division must be 0, 1 or nan, got 2"):
        metrics.iou(labels, labels, zero_division=2)
    with pytest.raises(ValueError, match=r"^classes must hold class labels"):
        metrics.dice(labels, labels, classes=[0.5])
    with pytest.raises(TypeError, match=r"^ignore must be a whole number, got str"):
        metrics.adapted_rand(labels, labels, ignore="0")

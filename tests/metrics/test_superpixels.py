import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import metrics
from scipy import ndimage
from skimage import segmentation

from .label_images import PAIRS, label_images, pairs_of_label_images


def boundary(labels):
    """Pixels one of whose four neighbors has another label."""
    padded = np.pad(labels, 1, mode="edge")
    around = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
    return np.any([labels != other for other in around], axis=0)


def share_near(wanted, there, tolerance):
    if not wanted.any():
        return 1.0
    if not there.any():
        return 0.0
    distances = ndimage.distance_transform_cdt(~there, "chessboard")
    return (distances[wanted] <= tolerance).mean()


def regions(labels):
    return [labels == label for label in np.unique(labels)]


@given(pairs_of_label_images(), st.integers(0, 4))
def test_boundaries_follow_the_definition(pair, tolerance):
    ours, true = map(boundary, pair)
    recall, precision = share_near(true, ours, tolerance), share_near(ours, true, tolerance)
    assert metrics.boundary_recall(*pair, tolerance=tolerance) == pytest.approx(recall)
    assert metrics.boundary_precision(*pair, tolerance=tolerance) == pytest.approx(precision)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
    assert metrics.boundary_f1(*pair, tolerance=tolerance) == pytest.approx(f1)


def test_boundaries_are_scikit_images_thick_ones():
    labels, truth = PAIRS["blobs"]
    ours, true = (segmentation.find_boundaries(image, 1, "thick") for image in (labels, truth))
    near = ndimage.binary_dilation(ours, np.ones((5, 5)))
    assert metrics.boundary_recall(labels, truth) == near[true].mean()


@given(pairs_of_label_images())
def test_overlaps_follow_the_definitions(pair):
    labels, truth = pair
    spilt, best = 0, 0
    for region in regions(labels):
        inside = [int((region & true).sum()) for true in regions(truth)]
        spilt += sum(min(n, int(region.sum()) - n) for n in inside)
        best += max(inside)
    assert metrics.undersegmentation_error(labels, truth) == spilt / labels.size
    assert metrics.achievable_segmentation_accuracy(labels, truth) == best / labels.size


@given(label_images(), st.sampled_from([np.uint8, np.float32]), st.sampled_from([(), (1,), (3,)]))
def test_explained_variation_follows_the_definition(labels, dtype, channels):
    rng = np.random.default_rng(labels.size)
    image = rng.integers(0, 256, labels.shape + channels).astype(dtype)
    means = np.zeros(image.shape)
    for region in regions(labels):
        means[region] = image[region].mean(0, dtype=np.float64)
    center = image.mean((0, 1), dtype=np.float64)
    whole = ((image - center) ** 2).sum()
    expected = ((means - center) ** 2).sum() / whole if whole else 1
    assert metrics.explained_variation(image, labels) == pytest.approx(expected, abs=1e-12)


def test_explained_variation_of_one_color_and_of_pixels():
    assert metrics.explained_variation(np.full((3, 4), 9, np.uint8), np.ones((3, 4), int)) == 1
    image = np.random.default_rng(0).random((5, 6), np.float32)
    each = metrics.explained_variation(image, np.arange(30).reshape(5, 6))
    assert each == pytest.approx(1)
    assert metrics.explained_variation(image, np.ones((5, 6), int)) == pytest.approx(0)


@given(label_images())
def test_compactness_follows_the_definition(labels):
    total = 0
    for region in regions(labels):
        padded = np.pad(region, 1)
        perimeter = sum(np.count_nonzero(np.diff(padded.astype(int), axis=axis)) for axis in (0, 1))
        total += region.sum() * 4 * np.pi * region.sum() / perimeter**2
    assert metrics.compactness(labels) == pytest.approx(total / labels.size)
    assert metrics.compactness(labels) <= np.pi / 4 + 1e-12


@given(label_images())
def test_a_segmentation_agrees_with_itself(labels):
    assert metrics.boundary_f1(labels, labels, tolerance=0) == 1
    assert metrics.undersegmentation_error(labels, labels) == 0
    assert metrics.achievable_segmentation_accuracy(labels, labels) == 1


def test_refuses_wrong_arguments():
    labels, image = np.ones((4, 5), int), np.ones((4, 5), np.uint8)
    with pytest.raises(ValueError, match=r"^tolerance must be from 0 to 32767, got -1"):
        metrics.boundary_recall(labels, labels, tolerance=-1)
    with pytest.raises(ValueError, match=r"^tolerance must be from 0 to 32767, got 32768"):
        metrics.boundary_precision(labels, labels, tolerance=32768)
    with pytest.raises(TypeError, match=r"^tolerance must be a whole number, got float"):
        metrics.boundary_f1(labels, labels, tolerance=0.5)
    with pytest.raises(ValueError, match=r"^labels must have the image's height and width \(4, 5"):
        metrics.explained_variation(image, labels[1:])
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        metrics.compactness(labels / 2)
    with pytest.raises(ValueError, match=r"^labels must have shape \(H, W\), got \(20,\)"):
        metrics.compactness(labels.ravel())

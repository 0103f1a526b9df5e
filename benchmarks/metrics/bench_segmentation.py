import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import metrics

from ..pictures import picture


def label_images():
    """Return 300 squares and about 20 crooked regions, as of a photograph of BSDS500."""
    smooth = cv2.GaussianBlur(picture(320, 480)[..., 0], (0, 0), 12)
    edges = np.quantile(smooth, np.linspace(0, 1, 9)[1:-1])
    truth = np.digitize(smooth, edges).astype(np.int32) + 1
    rows, columns = np.ogrid[:320, :480]
    return (rows // 23 * 22 + columns // 22 + 1).astype(np.int32), truth


def bench_adapted_rand(race, threads):
    labels, truth = label_images()
    race(
        lambda: im.metrics.adapted_rand(labels, truth).f,
        {"scikit-image": lambda: 1 - metrics.adapted_rand_error(truth, labels)[0]},
        np.testing.assert_allclose,
    )


def bench_variation_of_information(race, threads):
    labels, truth = label_images()
    race(
        lambda: im.metrics.variation_of_information(labels, truth),
        {"scikit-image": lambda: metrics.variation_of_information(truth, labels)},
        np.testing.assert_allclose,
    )


@pytest.mark.parametrize(
    "name",
    [
        "boundary_recall",
        "undersegmentation_error",
        "achievable_segmentation_accuracy",
        "iou",
    ],
)
def bench_against_truth(race, threads, name):
    labels, truth = label_images()
    race(lambda: getattr(im.metrics, name)(labels, truth), {}, np.testing.assert_equal)


def bench_compactness(race, threads):
    labels, _ = label_images()
    race(lambda: im.metrics.compactness(labels), {}, np.testing.assert_equal)


def bench_explained_variation(race, threads):
    labels, _ = label_images()
    image = picture(320, 480)
    race(lambda: im.metrics.explained_variation(image, labels), {}, np.testing.assert_equal)

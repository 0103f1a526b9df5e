import cv2
import imgmine as im
import pytest
from imgmine.metrics import explained_variation
from skimage import data, segmentation

N_SEGMENTS = 300


def photograph(height, width):
    return cv2.resize(data.astronaut(), (width, height), interpolation=cv2.INTER_AREA)


def at_least_as_good(image):
    """Return a check that ours explains as much of the image, with as many regions or fewer."""

    def agree(ours, theirs):
        explained = [explained_variation(image, labels) for labels in (ours, theirs)]
        assert explained[0] > explained[1] - 0.01
        assert abs(int(ours.max()) - N_SEGMENTS) < 0.15 * N_SEGMENTS

    return agree


def opencv_slic(image, iterations):
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    side = round((image.shape[0] * image.shape[1] / N_SEGMENTS) ** 0.5)
    slic = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, side, 10.0)
    slic.iterate(iterations)
    slic.enforceLabelConnectivity(25)
    return slic.getLabels()


def peers_of(image, adaptive=False):
    """Return scikit-image and, where it is installed, OpenCV's contributed module."""
    peers = {
        "scikit-image": lambda: segmentation.slic(
            image, N_SEGMENTS, compactness=10, start_label=1, slic_zero=adaptive
        )
    }
    if hasattr(cv2, "ximgproc") and not adaptive:
        peers["opencv"] = lambda: opencv_slic(image, 10)
    return peers


@pytest.mark.targets
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_slic(race, threads, size):
    image = photograph(*size)
    race(
        lambda: im.segment.slic(image, N_SEGMENTS),
        peers_of(image),
        at_least_as_good(image),
        turns=7,
    )


@pytest.mark.parametrize("size", [(480, 640)], ids=str)
def bench_slic_adaptive(race, threads, size):
    """As many regions as scikit-image finds are not to be had from it: no more is checked."""
    image = photograph(*size)
    race(
        lambda: im.segment.slic(image, N_SEGMENTS, adaptive=True),
        peers_of(image, adaptive=True),
        lambda ours, theirs: None,
        turns=7,
    )

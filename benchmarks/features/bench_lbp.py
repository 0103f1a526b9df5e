import cv2
import imgmine as im
import mahotas
import numpy as np
import pytest
from skimage.feature import local_binary_pattern

from ..pictures import picture


@pytest.mark.parametrize(("points", "radius"), [(8, 1), (16, 2)])
def bench_lbp(race, threads, points, radius):
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.features.lbp(image, points, radius),
        {"skimage": lambda: local_binary_pattern(image, points, radius, "uniform")},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )


def bench_lbp_noise(race, threads):
    """Where hardly a pixel equals its neighbors."""
    image = np.random.default_rng(0).integers(0, 256, (1080, 1920), np.uint8)
    race(
        lambda: im.features.lbp(image),
        {"skimage": lambda: local_binary_pattern(image, 8, 1, "uniform")},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )


def bench_lbp_histogram(race, threads):
    image = cv2.cvtColor(picture(480, 640), cv2.COLOR_RGB2GRAY)

    def agree(ours, theirs):
        """Mahotas merges turned patterns, and compares otherwise: only the sums are alike."""
        assert ours.sum() == theirs.sum()

    race(
        lambda: im.features.lbp_histogram(image, normalize=None),
        {
            "skimage": lambda: np.bincount(
                local_binary_pattern(image, 8, 1, "uniform").ravel().astype(int), minlength=10
            ),
            "mahotas": lambda: mahotas.features.lbp(image, 1, 8),
        },
        agree,
        turns=5,
    )

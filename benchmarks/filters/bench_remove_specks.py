import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import morphology

from ..pictures import picture


def by_opencv(mask, max_size):
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    kept = statistics[:, cv2.CC_STAT_AREA] > max_size
    kept[0] = False
    return kept[labels]


@pytest.mark.parametrize("noise", [0, 0.02, 0.4])
def bench_remove_specks(race, noise):
    mask = picture(1080, 1920)[..., 0] > 128
    mask ^= np.random.default_rng(0).random(mask.shape) < noise
    race(
        lambda: im.filters.remove_specks(mask, 20),
        {
            "opencv": lambda: by_opencv(mask, 20),
            "skimage": lambda: morphology.remove_small_objects(mask, max_size=20, connectivity=2),
        },
        np.testing.assert_array_equal,
        moves=2 * mask.nbytes,
        turns=5,
    )

import cv2
import imgmine as im
import numpy as np
import pytest
from scipy import ndimage

from ..pictures import picture


def seeds(shape):
    rng = np.random.default_rng(0)
    mask = np.ones(shape, np.uint8)
    mask[rng.integers(0, shape[0], 300), rng.integers(0, shape[1], 300)] = 0
    return mask


def blobs(shape):
    rng = np.random.default_rng(0)
    mask = np.zeros(shape, np.uint8)
    for _ in range(12):
        x, y = (int(v) for v in rng.integers(0, shape[::-1]))
        cv2.circle(mask, (x, y), int(rng.integers(60, 250)), 1, -1)
    return mask


def otsu(shape):
    gray = cv2.cvtColor(picture(*shape), cv2.COLOR_RGB2GRAY)
    return cv2.threshold(gray, 0, 1, cv2.THRESH_OTSU)[1]


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


@pytest.mark.targets
@pytest.mark.parametrize("make", [otsu, seeds, blobs], ids=lambda make: make.__name__)
@pytest.mark.parametrize("shape", [(1080, 1920), (2160, 3840)], ids=str)
def bench_distance_transform(race, threads, shape, make):
    mask = make(shape)
    precise = cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    race(
        lambda: im.segment.distance_transform(mask),
        {"opencv": lambda: cv2.distanceTransform(mask, *precise)},
        agree,
        moves=5 * mask.nbytes,
    )


def bench_distance_transform_scipy(race, threads):
    mask = otsu((480, 640))
    race(
        lambda: im.segment.distance_transform(mask),
        {"scipy": lambda: ndimage.distance_transform_edt(mask)},
        agree,
        turns=5,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("size", [4, 10])
def bench_dense_sift(race, threads, size):
    """OpenCV has no grid: it describes one keypoint after the other."""
    image = cv2.cvtColor(picture(270, 480), cv2.COLOR_RGB2GRAY)
    places, _ = im.features.dense_sift(image, 8, size)
    points = [cv2.KeyPoint(float(x), float(y), 2 * size / 3, 0) for x, y, _ in places]
    sift = cv2.SIFT_create()

    def agree(ours, theirs):
        a, b = (values.astype(float) / 512 for values in (ours[1], theirs[1]))
        described = a.any(1)
        assert np.median((a * b).sum(1)[described]) > (0.98 if size == 10 else 0.8)

    race(
        lambda: im.features.dense_sift(image, 8, size),
        {"opencv": lambda: sift.compute(image, points)},
        agree,
        turns=5,
    )

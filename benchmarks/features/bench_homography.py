import cv2
import imgmine as im
import numpy as np
import pytest


@pytest.mark.parametrize("outliers", [0, 0.5])
@pytest.mark.parametrize("n", [100, 1000])
def bench_homography(race, threads, n, outliers):
    rng = np.random.default_rng(0)
    src = rng.uniform(0, 640, (n, 2))
    w = src @ (1e-4, 3e-4) + 1
    dst = (src @ [[0.8, 0.3], [-0.4, 0.9]] + (50, 20)) / w[:, None] + rng.normal(0, 0.5, (n, 2))
    wrong = rng.random(n) < outliers
    dst[wrong] = rng.uniform(0, 640, (wrong.sum(), 2))

    def agree(ours, theirs):
        assert ours[1][~wrong].mean() > 0.97
        assert theirs[1].ravel()[~wrong].mean() > 0.9

    race(
        lambda: im.features.find_homography(src, dst),
        {
            "opencv": lambda: cv2.findHomography(src, dst, cv2.RANSAC, 3.0),
            "opencv, MAGSAC": lambda: cv2.findHomography(src, dst, cv2.USAC_MAGSAC, 3.0),
        },
        agree,
    )

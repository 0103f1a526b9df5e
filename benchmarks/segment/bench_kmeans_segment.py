import cv2
import imgmine as im
import numpy as np
import pytest

from .bench_slic import photograph


@pytest.mark.parametrize("size", [(480, 640)], ids=str)
def bench_kmeans_segment(race, threads, size):
    """From one start each: the error depends on it, so that it is held to be about the same."""
    image = photograph(*size)
    samples = im.color.rgb2lab(image.astype(np.float32)).reshape(-1, 3)

    def opencv():
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 0.1)
        return cv2.kmeans(samples, 8, None, criteria, 1, cv2.KMEANS_PP_CENTERS)[0] / len(samples)

    race(
        lambda: im.segment.kmeans_segment(image, 8)[1],
        {"opencv": opencv},
        lambda ours, theirs: ours < 1.3 * theirs or pytest.fail("a larger error"),
        turns=7,
    )

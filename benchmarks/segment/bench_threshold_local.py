import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import filters

from .scenes import page


@pytest.mark.parametrize("method", ["mean", "gaussian"])
def bench_threshold_local(race, threads, method):
    image = page((1080, 1920))
    race(
        lambda: im.segment.threshold_local(image, 31, method=method, border="reflect"),
        {"scikit-image": lambda: filters.threshold_local(image, 31, method)},
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-3),
        moves=5 * image.nbytes,
        turns=3,
    )


@pytest.mark.parametrize("method", ["mean", "gaussian"])
def bench_threshold_local_and_mask(race, threads, method):
    """OpenCV makes the mask at once, of means rounded to bytes."""
    image = page((1080, 1920))
    how = cv2.ADAPTIVE_THRESH_MEAN_C if method == "mean" else cv2.ADAPTIVE_THRESH_GAUSSIAN_C

    def agree(ours, theirs):
        assert np.mean(ours != (theirs == 1)) < 0.02

    race(
        lambda: image > im.segment.threshold_local(image, 31, method=method, offset=10),
        {"opencv": lambda: cv2.adaptiveThreshold(image, 1, how, cv2.THRESH_BINARY, 31, 10)},
        agree,
        moves=2 * image.nbytes,
    )

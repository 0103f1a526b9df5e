import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("space", ["rgb", "hsv"])
def bench_color_moments(race, threads, space):
    image = picture(1080, 1920)

    def opencv():
        """Mean and deviation by OpenCV, the third moment from its histogram of each channel."""
        values = image if space == "rgb" else cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        means, deviations = cv2.meanStdDev(values)
        skews = []
        for c in range(3):
            counts = cv2.calcHist([values], [c], None, [256], [0, 256]).ravel().astype(float)
            centered = np.arange(256) - means[c]
            skews.append(np.cbrt(counts @ centered**3 / counts.sum()))
        return np.column_stack([means, deviations, skews]).ravel()

    race(
        lambda: im.features.color_moments(image, space),
        {"opencv": opencv},
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4),
        moves=2 * image.nbytes,
    )

import cv2
import imgmine as im
import numpy as np

from ..pictures import picture


def bench_scalable_color(race, threads):
    image = picture(1080, 1920)

    def opencv():
        hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
        counts = cv2.calcHist([hsv], [0, 1, 2], None, [16, 4, 4], [0, 180, 0, 256, 0, 256])
        shares = np.floor(2047 * counts / counts.sum() + 0.5)
        cube, parts = np.minimum(np.floor(15 * (shares / 818.8) ** 0.4 + 0.5), 15), []
        for axis in (0, 1, 2, 0, 0, 1, 2, 0):
            first, second = (cube.take(range(k, cube.shape[axis], 2), axis) for k in (0, 1))
            parts.insert(0, (first - second).ravel())
            cube = first + second
        return np.concatenate([cube.ravel(), *parts])

    race(
        lambda: im.features.scalable_color(image, 256),
        {"opencv": opencv},
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-3),
        moves=2 * image.nbytes,
    )

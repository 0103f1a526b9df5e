import cv2
import imgmine as im
import numpy as np

from ..pictures import picture


def with_opencv(image):
    """Put PHOG together from OpenCV's parts: no peer has it."""
    edges = cv2.Canny(image, 20, 60)
    kernel = np.float32([-1, 0, 1])
    one = np.float32([1])
    gx = cv2.sepFilter2D(image, cv2.CV_32F, kernel, one, borderType=cv2.BORDER_REFLECT_101)
    gy = cv2.sepFilter2D(image, cv2.CV_32F, one, kernel, borderType=cv2.BORDER_REFLECT_101)
    y, x = np.nonzero(edges)
    gx, gy = gx[y, x], gy[y, x]
    at = np.arctan2(gy, gx) % np.pi / np.pi * 8 - 0.5
    low = np.floor(at)
    share, length = at - low, np.hypot(gx, gy)
    parts = []
    for n in (1, 2, 4, 8):
        cell = y * n // image.shape[0] * n + x * n // image.shape[1]
        sums = np.bincount(cell * 8 + low.astype(int) % 8, length * (1 - share), n * n * 8)
        sums += np.bincount(cell * 8 + (low.astype(int) + 1) % 8, length * share, n * n * 8)
        parts.append(sums)
    vector = np.concatenate(parts)
    return vector / vector.sum()


def bench_phog(race, threads):
    image = cv2.cvtColor(picture(480, 640), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.features.phog(image, low=20, high=60),
        {"opencv": lambda: with_opencv(image)},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=1e-4),
        moves=image.nbytes,
    )

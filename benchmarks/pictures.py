"""Pictures to measure on, when no photograph will do."""

import cv2
import numpy as np


def picture(height: int, width: int) -> np.ndarray:
    """An RGB picture with the smooth areas and skewed histograms of a photograph."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 8)
    stretched = cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX)
    return np.ascontiguousarray(stretched)


def scene(height: int, width: int) -> np.ndarray:
    """Return a gray picture with about as many corners and blobs as a photograph has."""
    rng = np.random.default_rng(0)
    image = np.full((height, width), 128, np.uint8)
    for _ in range(height * width // 400):
        x, y = (int(v) for v in rng.integers(0, (width, height)))
        size, light = int(rng.integers(2, 16)), int(rng.integers(0, 256))
        if rng.random() < 0.5:
            cv2.circle(image, (x, y), size, light, -1)
        else:
            box = cv2.boxPoints(((x, y), (2 * size, size), float(rng.integers(0, 180))))
            cv2.fillPoly(image, [box.astype(np.int32)], light)
    return cv2.GaussianBlur(image, (0, 0), 1)

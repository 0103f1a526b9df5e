"""Pictures to measure on, when no photograph will do."""

import cv2
import numpy as np


def picture(height: int, width: int) -> np.ndarray:
    """An RGB picture with the smooth areas and skewed histograms of a photograph."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    smooth = cv2.GaussianBlur(noise, (0, 0), 8)
    stretched = cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX)
    return np.ascontiguousarray(stretched)

"""Gray pictures that thresholds are for."""

import cv2
import numpy as np

from ..pictures import picture


def gray(shape):
    return cv2.cvtColor(picture(*shape), cv2.COLOR_RGB2GRAY)


def page(shape):
    """Return lines of ink on paper on which light falls off."""
    image = np.full(shape, 230, np.uint8)
    for y in range(20, shape[0] - 10, 28):
        for x in range(10, shape[1] - 20, 18):
            cv2.putText(image, "aegs"[(x + y) % 4], (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 40, 2)
    shadow = np.linspace(0.3, 1, shape[1], dtype=np.float32)
    return (image * shadow).astype(np.uint8)

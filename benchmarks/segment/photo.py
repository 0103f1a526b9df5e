"""Masks and regions as photographs have them."""

import cv2
import imgmine as im
import numpy as np


def photo(data_dir, height: int, width: int) -> np.ndarray:
    """Return an RGB photograph, magnified to a size."""
    path = min((data_dir / "ukbench").rglob("*.jpg"))
    return cv2.resize(im.io.imread(path), (width, height), interpolation=cv2.INTER_CUBIC)


def otsu_mask(data_dir, height: int, width: int) -> np.ndarray:
    """Return what is light in it, as zeros and ones."""
    gray = cv2.cvtColor(photo(data_dir, height, width), cv2.COLOR_RGB2GRAY)
    return (gray > im.segment.threshold_otsu(gray)).view(np.uint8)

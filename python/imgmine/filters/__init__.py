"""Image to image of the same size: smoothing, rank filters."""

from ._gaussian_blur import gaussian_blur
from ._median_blur import median_blur
from ._morphology import closing, dilate, erode, opening
from ._remove_specks import remove_specks

__all__ = [
    "closing",
    "dilate",
    "erode",
    "gaussian_blur",
    "median_blur",
    "opening",
    "remove_specks",
]

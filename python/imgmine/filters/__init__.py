"""Image to image of the same size: smoothing."""

from ._gaussian_blur import gaussian_blur
from ._median_blur import median_blur
from ._morphology import closing, dilate, erode, opening

__all__ = [
    "closing",
    "dilate",
    "erode",
    "gaussian_blur",
    "median_blur",
    "opening",
]

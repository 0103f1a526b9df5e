"""Image to image of the same size: smoothing."""

from ._gaussian_blur import gaussian_blur
from ._median_blur import median_blur

__all__ = [
    "gaussian_blur",
    "median_blur",
]

"""Image to image of the same size: smoothing."""

from ._gaussian_blur import gaussian_blur
from ._integral_image import integral_image

__all__ = [
    "gaussian_blur",
    "integral_image",
]

"""Image to image of the same size: smoothing."""

from ._box_blur import box_blur
from ._gaussian_blur import gaussian_blur
from ._integral_image import integral_image

__all__ = [
    "box_blur",
    "gaussian_blur",
    "integral_image",
]

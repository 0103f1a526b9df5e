"""Image to image of the same size: smoothing, edges."""

from ._canny import canny
from ._gaussian_blur import gaussian_blur
from ._gradient import prewitt, scharr, sobel
from ._laplacian import laplacian

__all__ = [
    "canny",
    "gaussian_blur",
    "laplacian",
    "prewitt",
    "scharr",
    "sobel",
]

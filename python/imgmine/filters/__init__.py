"""Image to image of the same size: smoothing, convolution."""
"""Image to image of the same size: smoothing, rank filters."""

from ._bilateral_filter import bilateral_filter
from ._gaussian_blur import gaussian_blur
from ._nl_means import nl_means

__all__ = [
    "bilateral_filter",
    "gaussian_blur",
    "nl_means",
from ._convolve import convolve, correlate
from ._gabor_kernel import gabor_kernel
from ._gaussian_blur import gaussian_blur
from ._sep_convolve import sep_convolve

__all__ = [
    "convolve",
    "correlate",
    "gabor_kernel",
    "gaussian_blur",
    "sep_convolve",
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
from ._box_blur import box_blur
from ._gaussian_blur import gaussian_blur
from ._integral_image import integral_image

__all__ = [
    "box_blur",
    "gaussian_blur",
    "integral_image",
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

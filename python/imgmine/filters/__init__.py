"""Image to image of the same size: convolution, smoothing, edges, rank filters."""

from ._bilateral_filter import bilateral_filter
from ._box_blur import box_blur
from ._canny import canny
from ._convolve import convolve, correlate
from ._gabor_kernel import gabor_kernel
from ._gaussian_blur import gaussian_blur
from ._gradient import prewitt, scharr, sobel
from ._integral_image import integral_image
from ._laplacian import laplacian
from ._median_blur import median_blur
from ._morphology import closing, dilate, erode, opening
from ._nl_means import nl_means
from ._remove_specks import remove_specks
from ._sep_convolve import sep_convolve

__all__ = [
    "bilateral_filter",
    "box_blur",
    "canny",
    "closing",
    "convolve",
    "correlate",
    "dilate",
    "erode",
    "gabor_kernel",
    "gaussian_blur",
    "integral_image",
    "laplacian",
    "median_blur",
    "nl_means",
    "opening",
    "prewitt",
    "remove_specks",
    "scharr",
    "sep_convolve",
    "sobel",
]

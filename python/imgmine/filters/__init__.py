"""Image to image of the same size: smoothing, convolution."""

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
]

"""Image to image of the same size: smoothing."""

from ._bilateral_filter import bilateral_filter
from ._gaussian_blur import gaussian_blur
from ._nl_means import nl_means

__all__ = [
    "bilateral_filter",
    "gaussian_blur",
    "nl_means",
]

"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import color_histogram
from ._descriptors import ColorHistogram, Histogram
from ._histogram import histogram
from ._recipe import Recipe
from ._steps import GaussianBlur, Gray, Resize

__all__ = [
    "ColorHistogram",
    "GaussianBlur",
    "Gray",
    "Histogram",
    "Recipe",
    "Resize",
    "color_histogram",
    "histogram",
]

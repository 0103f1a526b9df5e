"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._cedd import CEDD, cedd
from ._color_correlogram import ColorCorrelogram, color_correlogram
from ._color_histogram import ColorHistogram, color_histogram
from ._color_layout import ColorLayout, color_layout
from ._color_moments import ColorMoments, color_moments
from ._dominant_colors import DominantColors, dominant_colors
from ._fcth import FCTH, fcth
from ._histogram import Histogram, histogram
from ._histogram_plot import plot_histogram
from ._recipe import Recipe
from ._scalable_color import ScalableColor, scalable_color
from ._steps import GaussianBlur, Gray, Resize

__all__ = [
    "CEDD",
    "FCTH",
    "ColorCorrelogram",
    "ColorHistogram",
    "ColorLayout",
    "ColorMoments",
    "DominantColors",
    "GaussianBlur",
    "Gray",
    "Histogram",
    "Recipe",
    "Resize",
    "ScalableColor",
    "cedd",
    "color_correlogram",
    "color_histogram",
    "color_layout",
    "color_moments",
    "dominant_colors",
    "fcth",
    "histogram",
    "plot_histogram",
    "scalable_color",
]

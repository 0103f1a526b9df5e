"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import ColorHistogram, color_histogram
from ._gabor_features import GaborFeatures, gabor_features, gabor_responses
from ._glcm import glcm
from ._glcm_properties import GLCMProperties, glcm_properties
from ._haralick import Haralick, haralick
from ._histogram import Histogram, histogram
from ._lbp import LBP, lbp, lbp_histogram
from ._lbp_plot import plot_lbp
from ._multiblock_lbp import multiblock_lbp, multiblock_lbp_histogram
from ._recipe import Recipe
from ._steps import GaussianBlur, Gray, Resize
from ._tamura import Tamura, tamura

__all__ = [  # noqa: RUF022 - sorted as strings
    "ColorHistogram",
    "GLCMProperties",
    "GaborFeatures",
    "GaussianBlur",
    "Gray",
    "Haralick",
    "Histogram",
    "LBP",
    "Recipe",
    "Resize",
    "Tamura",
    "color_histogram",
    "gabor_features",
    "gabor_responses",
    "glcm",
    "glcm_properties",
    "haralick",
    "histogram",
    "lbp",
    "lbp_histogram",
    "multiblock_lbp",
    "multiblock_lbp_histogram",
    "plot_lbp",
    "tamura",
]

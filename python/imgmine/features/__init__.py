"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import ColorHistogram, color_histogram
from ._gabor_features import GaborFeatures, gabor_features, gabor_responses
from ._glcm import glcm
from ._glcm_properties import GLCMProperties, glcm_properties
from ._haralick import Haralick, haralick
from ._histogram import Histogram, histogram
from ._lbp import LBP, lbp, lbp_histogram
from ._multiblock_lbp import multiblock_lbp, multiblock_lbp_histogram
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
 "lbp","lbp_histogram","multiblock_lbp","multiblock_lbp_histogram","LBP"]

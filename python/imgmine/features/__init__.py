"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._bag_of_words import BagOfWords, bag_of_words
from ._cedd import CEDD, cedd
from ._color_correlogram import ColorCorrelogram, color_correlogram
from ._color_histogram import ColorHistogram, color_histogram
from ._color_layout import ColorLayout, color_layout
from ._color_moments import ColorMoments, color_moments
from ._dense_sift import dense_sift
from ._dominant_colors import DominantColors, dominant_colors
from ._fast import fast
from ._fcth import FCTH, fcth
from ._fisher_vector import FisherVector, fisher_vector
from ._gabor_features import GaborFeatures, gabor_features, gabor_responses
from ._glcm import glcm
from ._glcm_properties import GLCMProperties, glcm_properties
from ._haralick import Haralick, haralick
from ._hash import ahash, dhash, dihedral_hashes, hash_from_hex, hash_to_hex, phash, whash
from ._hash_files import hash_files
from ._histogram import Histogram, histogram
from ._histogram_plot import plot_histogram
from ._homography import find_homography
from ._keypoints import Keypoints
from ._lbp import LBP, lbp, lbp_histogram
from ._lbp_plot import plot_lbp
from ._match import match
from ._match_plot import plot_matches
from ._multiblock_lbp import multiblock_lbp, multiblock_lbp_histogram
from ._near_duplicates import (
    Fingerprint,
    find_near_duplicates,
    fingerprint,
    fingerprint_files,
    same_picture,
)
from ._orb import orb
from ._pdq import pdq
from ._recipe import Recipe
from ._scalable_color import ScalableColor, scalable_color
from ._sift import sift
from ._steps import GaussianBlur, Gray, Resize
from ._tamura import Tamura, tamura
from ._verify import Verification, verify
from ._vlad import VLAD, vlad

__all__ = [
    "CEDD",
    "FCTH",
    "LBP",
    "VLAD",
    "BagOfWords",
    "ColorCorrelogram",
    "ColorHistogram",
    "ColorLayout",
    "ColorMoments",
    "DominantColors",
    "Fingerprint",
    "FisherVector",
    "GLCMProperties",
    "GaborFeatures",
    "GaussianBlur",
    "Gray",
    "Haralick",
    "Histogram",
    "Keypoints",
    "Recipe",
    "Resize",
    "ScalableColor",
    "Tamura",
    "Verification",
    "ahash",
    "bag_of_words",
    "cedd",
    "color_correlogram",
    "color_histogram",
    "color_layout",
    "color_moments",
    "dense_sift",
    "dhash",
    "dihedral_hashes",
    "dominant_colors",
    "fast",
    "fcth",
    "find_homography",
    "find_near_duplicates",
    "fingerprint",
    "fingerprint_files",
    "fisher_vector",
    "gabor_features",
    "gabor_responses",
    "glcm",
    "glcm_properties",
    "haralick",
    "hash_files",
    "hash_from_hex",
    "hash_to_hex",
    "histogram",
    "lbp",
    "lbp_histogram",
    "match",
    "multiblock_lbp",
    "multiblock_lbp_histogram",
    "orb",
    "pdq",
    "phash",
    "plot_histogram",
    "plot_lbp",
    "plot_matches",
    "same_picture",
    "scalable_color",
    "sift",
    "tamura",
    "verify",
    "vlad",
    "whash",
]

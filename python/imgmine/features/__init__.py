"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._bag_of_words import BagOfWords, bag_of_words
from ._cedd import CEDD, cedd
from ._color_correlogram import ColorCorrelogram, color_correlogram
from ._color_histogram import ColorHistogram, color_histogram
from ._color_layout import ColorLayout, color_layout
from ._color_moments import ColorMoments, color_moments
from ._dense_sift import dense_sift
from ._dominant_colors import DominantColors, dominant_colors
from ._edge_histogram import EdgeHistogram, edge_histogram
from ._embedder import Embedder
from ._fast import fast
from ._fcth import FCTH, fcth
from ._fisher_vector import FisherVector, fisher_vector
from ._fourier_descriptors import FourierDescriptors, fourier_descriptors
from ._gabor_features import GaborFeatures, gabor_features, gabor_responses
from ._glcm import glcm
from ._glcm_properties import GLCMProperties, glcm_properties
from ._haralick import Haralick, haralick
from ._hash import ahash, dhash, dihedral_hashes, hash_from_hex, hash_to_hex, phash, whash
from ._hash_clusters import hash_clusters, hash_pairs
from ._hash_files import hash_files
from ._histogram import Histogram, histogram
from ._histogram_plot import plot_histogram
from ._hog import HOG, hog
from ._hog_plot import plot_hog
from ._homography import find_homography
from ._hu_moments import HuMoments, hu_moments
from ._keypoints import Keypoints
from ._lbp import LBP, lbp, lbp_histogram
from ._lbp_plot import plot_lbp
from ._match import match
from ._match_plot import plot_matches
from ._moments import central_moments, moments, normalized_moments
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
from ._phog import PHOG, phog
from ._recipe import Recipe
from ._region_shape import RegionShape, region_shape, region_shape_names
from ._scalable_color import ScalableColor, scalable_color
from ._sift import sift
from ._steps import GaussianBlur, Gray, Resize
from ._tamura import Tamura, tamura
from ._verify import Verification, verify
from ._vlad import VLAD, vlad
from ._zernike_moments import ZernikeMoments, zernike_moments

__all__ = [
    "CEDD",
    "FCTH",
    "HOG",
    "LBP",
    "PHOG",
    "VLAD",
    "BagOfWords",
    "ColorCorrelogram",
    "ColorHistogram",
    "ColorLayout",
    "ColorMoments",
    "DominantColors",
    "EdgeHistogram",
    "Embedder",
    "Fingerprint",
    "FisherVector",
    "FourierDescriptors",
    "GLCMProperties",
    "GaborFeatures",
    "GaussianBlur",
    "Gray",
    "Haralick",
    "Histogram",
    "HuMoments",
    "Keypoints",
    "Recipe",
    "RegionShape",
    "Resize",
    "ScalableColor",
    "Tamura",
    "Verification",
    "ZernikeMoments",
    "ahash",
    "bag_of_words",
    "cedd",
    "central_moments",
    "color_correlogram",
    "color_histogram",
    "color_layout",
    "color_moments",
    "dense_sift",
    "dhash",
    "dihedral_hashes",
    "dominant_colors",
    "edge_histogram",
    "fast",
    "fcth",
    "find_homography",
    "find_near_duplicates",
    "fingerprint",
    "fingerprint_files",
    "fisher_vector",
    "fourier_descriptors",
    "gabor_features",
    "gabor_responses",
    "glcm",
    "glcm_properties",
    "haralick",
    "hash_clusters",
    "hash_files",
    "hash_from_hex",
    "hash_pairs",
    "hash_to_hex",
    "histogram",
    "hog",
    "hu_moments",
    "lbp",
    "lbp_histogram",
    "match",
    "moments",
    "multiblock_lbp",
    "multiblock_lbp_histogram",
    "normalized_moments",
    "orb",
    "pdq",
    "phash",
    "phog",
    "plot_histogram",
    "plot_hog",
    "plot_lbp",
    "plot_matches",
    "region_shape",
    "region_shape_names",
    "same_picture",
    "scalable_color",
    "sift",
    "tamura",
    "verify",
    "vlad",
    "whash",
    "zernike_moments",
]

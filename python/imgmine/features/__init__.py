"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import ColorHistogram, color_histogram
from ._edge_histogram import EdgeHistogram, edge_histogram
from ._fourier_descriptors import FourierDescriptors, fourier_descriptors
from ._histogram import Histogram, histogram
from ._hog import HOG, hog
from ._hog_plot import plot_hog
from ._hu_moments import HuMoments, hu_moments
from ._moments import central_moments, moments, normalized_moments
from ._phog import PHOG, phog
from ._recipe import Recipe
from ._region_shape import RegionShape, region_shape, region_shape_names
from ._steps import GaussianBlur, Gray, Resize
from ._zernike_moments import ZernikeMoments, zernike_moments

__all__ = [  # noqa: RUF022 - in the order of sorted()
    "ColorHistogram",
    "EdgeHistogram",
    "FourierDescriptors",
    "GaussianBlur",
    "Gray",
    "HOG",
    "Histogram",
    "HuMoments",
    "PHOG",
    "Recipe",
    "RegionShape",
    "Resize",
    "ZernikeMoments",
    "central_moments",
    "color_histogram",
    "edge_histogram",
    "fourier_descriptors",
    "histogram",
    "hog",
    "hu_moments",
    "moments",
    "normalized_moments",
    "phog",
    "plot_hog",
    "region_shape",
    "region_shape_names",
    "zernike_moments",
]

"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import ColorHistogram, color_histogram
from ._fast import fast
from ._histogram import Histogram, histogram
from ._homography import find_homography
from ._keypoints import Keypoints
from ._match import match
from ._match_plot import plot_matches
from ._orb import orb
from ._recipe import Recipe
from ._sift import sift
from ._steps import GaussianBlur, Gray, Resize
from ._verify import Verification, verify

__all__ = [
    "ColorHistogram",
    "GaussianBlur",
    "Gray",
    "Histogram",
    "Keypoints",
    "Recipe",
    "Resize",
    "Verification",
    "color_histogram",
    "fast",
    "find_homography",
    "histogram",
    "match",
    "orb",
    "plot_matches",
    "sift",
    "verify",
]

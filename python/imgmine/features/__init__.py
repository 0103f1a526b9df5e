"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._bag_of_words import BagOfWords, bag_of_words
from ._color_histogram import ColorHistogram, color_histogram
from ._dense_sift import dense_sift
from ._fisher_vector import FisherVector, fisher_vector
from ._histogram import Histogram, histogram
from ._recipe import Recipe
from ._steps import GaussianBlur, Gray, Resize
from ._vlad import VLAD, vlad

__all__ = [
    "VLAD",
    "BagOfWords",
    "ColorHistogram",
    "FisherVector",
    "GaussianBlur",
    "Gray",
    "Histogram",
    "Recipe",
    "Resize",
    "bag_of_words",
    "color_histogram",
    "dense_sift",
    "fisher_vector",
    "histogram",
    "vlad",
]

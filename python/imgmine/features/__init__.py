"""Pictures as vectors: descriptors, and recipes that compute several in one pass."""

from ._color_histogram import ColorHistogram, color_histogram
from ._hash import ahash, dhash, dihedral_hashes, hash_from_hex, hash_to_hex, phash, whash
from ._hash_files import hash_files
from ._histogram import Histogram, histogram
from ._near_duplicates import (
    Fingerprint,
    find_near_duplicates,
    fingerprint,
    fingerprint_files,
    same_picture,
)
from ._pdq import pdq
from ._recipe import Recipe
from ._steps import GaussianBlur, Gray, Resize

__all__ = [
    "ColorHistogram",
    "Fingerprint",
    "GaussianBlur",
    "Gray",
    "Histogram",
    "Recipe",
    "Resize",
    "ahash",
    "color_histogram",
    "dhash",
    "dihedral_hashes",
    "find_near_duplicates",
    "fingerprint",
    "fingerprint_files",
    "hash_files",
    "hash_from_hex",
    "hash_to_hex",
    "histogram",
    "pdq",
    "phash",
    "same_picture",
    "whash",
]

"""How alike two vectors are, and which of many are most alike."""

from ._measures import chi2, cosine, euclidean, hamming, intersection, l1, ncc, pearson
from ._pairwise import pairwise
from ._top_k import top_k

__all__ = [
    "chi2",
    "cosine",
    "euclidean",
    "hamming",
    "intersection",
    "l1",
    "ncc",
    "pairwise",
    "pearson",
    "top_k",
]

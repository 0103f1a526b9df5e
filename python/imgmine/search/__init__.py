"""Find the nearest of many vectors without comparing all of them."""

from ._hash_index import HashIndex
from ._neighbors import Neighbors, RadiusNeighbors
from ._vector_index import VectorIndex

__all__ = ["HashIndex", "Neighbors", "RadiusNeighbors", "VectorIndex"]

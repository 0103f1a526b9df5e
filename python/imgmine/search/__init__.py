"""Find the nearest of many vectors without comparing all of them."""

from ._neighbors import Neighbors, RadiusNeighbors
from ._vector_index import VectorIndex

__all__ = ["Neighbors", "RadiusNeighbors", "VectorIndex"]

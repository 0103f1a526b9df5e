"""Image to regions: thresholds, distances."""

from ._distance_transform import distance_transform
from ._threshold_otsu import threshold_otsu

__all__ = [
    "distance_transform",
    "threshold_otsu",
]

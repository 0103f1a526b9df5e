"""Image to regions: thresholds, partitions."""

from ._felzenszwalb import felzenszwalb
from ._threshold_otsu import threshold_otsu

__all__ = [
    "felzenszwalb",
    "threshold_otsu",
]

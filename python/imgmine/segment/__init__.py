"""Image to regions: thresholds, partitions."""

from ._kmeans_segment import kmeans_segment
from ._slic import slic
from ._superpixels import superpixels
from ._threshold_otsu import threshold_otsu

__all__ = [
    "kmeans_segment",
    "slic",
    "superpixels",
    "threshold_otsu",
]

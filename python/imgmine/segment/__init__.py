"""Image to regions: thresholds."""

from ._threshold_otsu import threshold_otsu
from ._watershed import watershed

__all__ = [
    "threshold_otsu",
    "watershed",
]

"""Image to regions: thresholds."""

from ._threshold_otsu import threshold_otsu

__all__ = [
    "threshold_otsu",
]

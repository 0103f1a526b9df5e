"""Image to regions: thresholds, flooding and growing."""

from ._flood_fill import flood_fill, flood_mask
from ._region_grow import region_grow
from ._threshold_otsu import threshold_otsu
from ._watershed import watershed

__all__ = [
    "flood_fill",
    "flood_mask",
    "region_grow",
    "threshold_otsu",
    "watershed",
]

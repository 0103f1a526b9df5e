"""Image to regions: thresholds, flooding, growing and cutting."""

from ._flood_fill import flood_fill, flood_mask
from ._grabcut import grabcut
from ._region_grow import region_grow
from ._threshold_otsu import threshold_otsu
from ._watershed import watershed

__all__ = [
    "flood_fill",
    "flood_mask",
    "grabcut",
    "region_grow",
    "threshold_otsu",
    "watershed",
]

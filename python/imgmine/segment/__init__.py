"""Image to regions: thresholds, labels."""

from ._clear_border import clear_border
from ._fill_holes import fill_holes
from ._find_boundaries import find_boundaries
from ._find_contours import find_contours
from ._label import label
from ._regions import Regions, regions
from ._relabel import relabel
from ._threshold_otsu import threshold_otsu

__all__ = [
    "Regions",
    "clear_border",
    "fill_holes",
    "find_boundaries",
    "find_contours",
    "label",
    "regions",
    "relabel",
    "threshold_otsu",
]

"""Image to regions: thresholds, labels, distances."""

from ._clear_border import clear_border
from ._distance_transform import distance_transform
from ._fill_holes import fill_holes
from ._find_boundaries import find_boundaries
from ._label import label
from ._relabel import relabel
from ._threshold_hysteresis import threshold_hysteresis
from ._threshold_li import threshold_li
from ._threshold_local import threshold_local
from ._threshold_multiotsu import threshold_multiotsu
from ._threshold_niblack import threshold_niblack
from ._threshold_otsu import threshold_otsu
from ._threshold_sauvola import threshold_sauvola
from ._threshold_triangle import threshold_triangle

__all__ = [
    "clear_border",
    "distance_transform",
    "fill_holes",
    "find_boundaries",
    "label",
    "relabel",
    "threshold_hysteresis",
    "threshold_li",
    "threshold_local",
    "threshold_multiotsu",
    "threshold_niblack",
    "threshold_otsu",
    "threshold_sauvola",
    "threshold_triangle",
]

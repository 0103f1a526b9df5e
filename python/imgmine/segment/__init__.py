"""Image to regions: thresholds; and regions drawn, written down and read."""

from ._annotate import annotate
from ._coco import from_coco, to_coco
from ._label_files import load_labels, save_labels
from ._threshold_otsu import threshold_otsu

__all__ = [
    "annotate",
    "from_coco",
    "load_labels",
    "save_labels",
    "threshold_otsu",
    "to_coco",
]

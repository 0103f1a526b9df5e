"""Image to regions: thresholds; and regions named, drawn, written down and read."""

from ._annotate import annotate
from ._classify_regions import RegionClass, RegionClasses, classify_regions
from ._coco import from_coco, to_coco
from ._describe_regions import describe_regions
from ._label_files import load_labels, save_labels
from ._region_classifier import RegionClassifier
from ._threshold_otsu import threshold_otsu

__all__ = [
    "RegionClass",
    "RegionClasses",
    "RegionClassifier",
    "annotate",
    "classify_regions",
    "describe_regions",
    "from_coco",
    "load_labels",
    "save_labels",
    "threshold_otsu",
    "to_coco",
]

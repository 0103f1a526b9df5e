"""Image to regions: found, labeled, named, drawn and written down."""
"""Image to regions: thresholds, flooding, growing and cutting."""

from ._annotate import annotate
from ._classify_regions import RegionClass, RegionClasses, classify_regions
from ._clear_border import clear_border
from ._coco import from_coco, to_coco
from ._describe_regions import describe_regions
from ._distance_transform import distance_transform
from ._felzenszwalb import felzenszwalb
from ._fill_holes import fill_holes
from ._find_boundaries import find_boundaries
from ._flood_fill import flood_fill, flood_mask
from ._kmeans_segment import kmeans_segment
from ._label import label
from ._label_files import load_labels, save_labels
from ._region_classifier import RegionClassifier
from ._grabcut import grabcut
from ._region_grow import region_grow
from ._find_contours import find_contours
from ._label import label
from ._regions import Regions, regions
from ._merge_regions import merge_regions
from ._region_adjacency import RegionAdjacency, region_adjacency
from ._relabel import relabel
from ._slic import slic
from ._superpixels import superpixels
from ._threshold_otsu import threshold_otsu
from ._watershed import watershed
from ._threshold_hysteresis import threshold_hysteresis
from ._threshold_li import threshold_li
from ._threshold_local import threshold_local
from ._threshold_multiotsu import threshold_multiotsu
from ._threshold_niblack import threshold_niblack
from ._threshold_otsu import threshold_otsu
from ._threshold_sauvola import threshold_sauvola
from ._threshold_triangle import threshold_triangle

__all__ = [
    "RegionClass",
    "RegionClasses",
    "RegionClassifier",
    "annotate",
    "classify_regions",
    "Regions",
    "RegionAdjacency",
    "clear_border",
    "describe_regions",
    "distance_transform",
    "felzenszwalb",
    "fill_holes",
    "find_boundaries",
    "flood_fill",
    "flood_mask",
    "from_coco",
    "kmeans_segment",
    "label",
    "load_labels",
    "grabcut",
    "region_grow",
    "find_contours",
    "label",
    "regions",
    "merge_regions",
    "region_adjacency",
    "relabel",
    "save_labels",
    "slic",
    "superpixels",
    "threshold_otsu",
    "to_coco",
    "watershed",
    "threshold_hysteresis",
    "threshold_li",
    "threshold_local",
    "threshold_multiotsu",
    "threshold_niblack",
    "threshold_otsu",
    "threshold_sauvola",
    "threshold_triangle",
]

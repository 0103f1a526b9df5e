"""Image to regions: found, labeled, measured, named, drawn and written down."""

from ._annotate import annotate
from ._classify_regions import RegionClass, RegionClasses, classify_regions
from ._clear_border import clear_border
from ._coco import from_coco, to_coco
from ._describe_regions import describe_regions
from ._distance_transform import distance_transform
from ._felzenszwalb import felzenszwalb
from ._fill_holes import fill_holes
from ._find_boundaries import find_boundaries
from ._find_contours import find_contours
from ._flood_fill import flood_fill, flood_mask
from ._grabcut import grabcut
from ._kmeans_segment import kmeans_segment
from ._label import label
from ._label_files import load_labels, save_labels
from ._merge_regions import merge_regions
from ._region_adjacency import RegionAdjacency, region_adjacency
from ._region_classifier import RegionClassifier
from ._region_grow import region_grow
from ._regions import Regions, regions
from ._relabel import relabel
from ._slic import slic
from ._superpixels import superpixels
from ._threshold_hysteresis import threshold_hysteresis
from ._threshold_li import threshold_li
from ._threshold_local import threshold_local
from ._threshold_multiotsu import threshold_multiotsu
from ._threshold_niblack import threshold_niblack
from ._threshold_otsu import threshold_otsu
from ._threshold_sauvola import threshold_sauvola
from ._threshold_triangle import threshold_triangle
from ._watershed import watershed

__all__ = [
    "RegionAdjacency",
    "RegionClass",
    "RegionClasses",
    "RegionClassifier",
    "Regions",
    "annotate",
    "classify_regions",
    "clear_border",
    "describe_regions",
    "distance_transform",
    "felzenszwalb",
    "fill_holes",
    "find_boundaries",
    "find_contours",
    "flood_fill",
    "flood_mask",
    "from_coco",
    "grabcut",
    "kmeans_segment",
    "label",
    "load_labels",
    "merge_regions",
    "region_adjacency",
    "region_grow",
    "regions",
    "relabel",
    "save_labels",
    "slic",
    "superpixels",
    "threshold_hysteresis",
    "threshold_li",
    "threshold_local",
    "threshold_multiotsu",
    "threshold_niblack",
    "threshold_otsu",
    "threshold_sauvola",
    "threshold_triangle",
    "to_coco",
    "watershed",
]

"""Image to regions: thresholds, labels, distances, partitions."""

from ._clear_border import clear_border
from ._distance_transform import distance_transform
from ._felzenszwalb import felzenszwalb
from ._fill_holes import fill_holes
from ._find_boundaries import find_boundaries
from ._kmeans_segment import kmeans_segment
from ._label import label
from ._merge_regions import merge_regions
from ._region_adjacency import RegionAdjacency, region_adjacency
from ._relabel import relabel
from ._slic import slic
from ._superpixels import superpixels
from ._threshold_otsu import threshold_otsu

__all__ = [
    "RegionAdjacency",
    "clear_border",
    "distance_transform",
    "felzenszwalb",
    "fill_holes",
    "find_boundaries",
    "kmeans_segment",
    "label",
    "merge_regions",
    "region_adjacency",
    "relabel",
    "slic",
    "superpixels",
    "threshold_otsu",
]

"""Where pictures meet vectors: catalogues to search, classifiers and groups of pictures."""

from ._add import AddReport
from ._feedback import Session
from ._image_classifier import ImageClassifier
from ._image_clusters import ImageClusters, ImageGroup, cluster_images
from ._image_index import ImageIndex
from ._profile import Profile
from ._report import Report
from ._results import Hit, Results
from ._retrieval_report import RetrievalReport
from ._tagging import Suggestion
from ._upkeep import CheckReport

__all__ = [
    "AddReport",
    "CheckReport",
    "Hit",
    "ImageClassifier",
    "ImageClusters",
    "ImageGroup",
    "ImageIndex",
    "Profile",
    "Report",
    "Results",
    "RetrievalReport",
    "Session",
    "Suggestion",
    "cluster_images",
]

"""Where pictures meet vectors: catalogues to search, classifiers and groups of pictures."""

from ._add import AddReport
from ._duplicates import find_duplicates, groups_of
from ._duplicates_files import DuplicateFile
from ._duplicates_result import DuplicateGroup, Duplicates, keep_best
from ._feedback import Session
from ._image_classifier import ImageClassifier
from ._image_clusters import ImageClusters, ImageGroup, cluster_images
from ._image_index import ImageIndex
from ._profile import Profile
from ._recipe_view import RecipeView
from ._report import Report
from ._results import Hit, Results
from ._retrieval_report import RetrievalReport
from ._tagging import Suggestion
from ._trash import TrashReport
from ._trash import restore as restore_from_trash
from ._upkeep import CheckReport

__all__ = [
    "AddReport",
    "CheckReport",
    "DuplicateFile",
    "DuplicateGroup",
    "Duplicates",
    "Hit",
    "ImageClassifier",
    "ImageClusters",
    "ImageGroup",
    "ImageIndex",
    "Profile",
    "RecipeView",
    "Report",
    "Results",
    "RetrievalReport",
    "Session",
    "Suggestion",
    "TrashReport",
    "cluster_images",
    "find_duplicates",
    "groups_of",
    "keep_best",
    "restore_from_trash",
]

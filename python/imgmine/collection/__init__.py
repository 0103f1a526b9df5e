"""Where pictures meet vectors: catalogues to search and classifiers of pictures."""

from ._add import AddReport
from ._image_classifier import ImageClassifier
from ._image_index import ImageIndex
from ._report import Report
from ._results import Hit, Results
from ._retrieval_report import RetrievalReport

__all__ = [
    "AddReport",
    "Hit",
    "ImageClassifier",
    "ImageIndex",
    "Report",
    "Results",
    "RetrievalReport",
]

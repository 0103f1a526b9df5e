"""Image data mining: clean, describe, classify and search pictures."""

from __future__ import annotations

from . import classify, collection, color, features, filters, geometry, io, metrics, similarity
from ._core import (
    cpu_level,
    cpu_levels,
    num_threads,
    set_cpu_level,
    set_num_threads,
)
from ._core import version as __version__
from ._errors import (
    ConvergenceWarning,
    DecodeError,
    FormatError,
    MissingDependencyError,
    NotFittedError,
)
from ._info import info
from ._threadpoolctl import register_threadpoolctl
from .collection import ImageClassifier, ImageIndex

__all__ = [
    "ConvergenceWarning",
    "DecodeError",
    "FormatError",
    "ImageClassifier",
    "ImageIndex",
    "MissingDependencyError",
    "NotFittedError",
    "__version__",
    "classify",
    "collection",
    "color",
    "cpu_level",
    "cpu_levels",
    "features",
    "filters",
    "geometry",
    "info",
    "io",
    "metrics",
    "num_threads",
    "register_threadpoolctl",
    "set_cpu_level",
    "set_num_threads",
    "similarity",
]

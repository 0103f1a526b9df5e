"""Image data mining: clean, describe, classify and search pictures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._core import version as __version__
from ._errors import (
    ConvergenceWarning,
    CudaError,
    CudaMemoryError,
    DataConversionWarning,
    DecodeError,
    FormatError,
    MissingDependencyError,
    NotFittedError,
)
from ._runtime import cpu_level, cpu_levels, num_threads, set_cpu_level, set_num_threads

if TYPE_CHECKING:
    from . import (
        classify,
        cluster,
        collection,
        color,
        compress,
        cuda,
        enhance,
        features,
        filters,
        generate,
        geometry,
        io,
        metrics,
        nn,
        search,
        segment,
        similarity,
    )
    from ._info import info
    from ._threadpoolctl import register_threadpoolctl
    from .collection import ImageClassifier, ImageIndex, find_duplicates

__all__ = [
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "DataConversionWarning",
    "DecodeError",
    "FormatError",
    "ImageClassifier",
    "ImageIndex",
    "MissingDependencyError",
    "NotFittedError",
    "__version__",
    "classify",
    "cluster",
    "collection",
    "color",
    "compress",
    "cpu_level",
    "cpu_levels",
    "cuda",
    "enhance",
    "features",
    "filters",
    "find_duplicates",
    "generate",
    "geometry",
    "info",
    "io",
    "metrics",
    "nn",
    "num_threads",
    "register_threadpoolctl",
    "search",
    "segment",
    "set_cpu_level",
    "set_num_threads",
    "similarity",
]

# Loaded when first asked for (SPEC 1), so that a program pays for what it uses: the command line
# answers --help without NumPy.
_PACKAGES = (
    "classify",
    "cluster",
    "collection",
    "color",
    "compress",
    "cuda",
    "enhance",
    "features",
    "filters",
    "generate",
    "geometry",
    "io",
    "metrics",
    "nn",
    "search",
    "segment",
    "similarity",
)
_HOMES = {
    "ImageClassifier": "collection",
    "ImageIndex": "collection",
    "find_duplicates": "collection",
    "info": "_info",
    "register_threadpoolctl": "_threadpoolctl",
}


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return import_module(f".{name}", __name__)
    if name in _HOMES:
        value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

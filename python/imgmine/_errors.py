"""The library's own exceptions; everything else is a TypeError or a ValueError."""

from __future__ import annotations

from ._core import FormatError

__all__ = [
    "ConvergenceWarning",
    "CudaError",
    "CudaMemoryError",
    "DataConversionWarning",
    "DecodeError",
    "FormatError",
    "MissingDependencyError",
    "NotFittedError",
]


class DecodeError(ValueError):
    """An image file or byte string could not be decoded."""


class NotFittedError(ValueError, AttributeError):
    """An estimator was asked for something it only has after ``fit``."""


class MissingDependencyError(ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is needed for this and is not installed: pip install 'imgmine[{extra}]'"
        )
        self.package = package
        self.extra = extra


class CudaError(RuntimeError):
    """An array is on a GPU that cannot be used; the message says what is missing."""


class CudaMemoryError(CudaError, MemoryError):
    """The GPU has not enough memory left. Nothing was written, and the library stays usable."""


class ConvergenceWarning(UserWarning):
    """An iterative fit stopped before it had converged; the message says what to do."""


class DataConversionWarning(UserWarning):
    """Labels came in another shape than asked for and were taken all the same."""

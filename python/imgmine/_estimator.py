"""What every estimator of the library shares: scikit-learn's contract, without scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ._errors import NotFittedError
from ._validate import FLOAT32, FLOAT64, UINT8, Array, to_array, with_contiguous_rows

Self = TypeVar("Self", bound="Estimator")


class Estimator:
    """Parameters in, parameters out; ``__init__`` only stores them."""

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the constructor's parameters by name."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self: Self, **params: Any) -> Self:
        """Set parameters by name and return the estimator."""
        known = self._parameter_names()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"{name!r} is no parameter of {type(self).__name__}, which has "
                    f"{', '.join(known)}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if value is not defaults[name].default and value != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def _require_fitted(self, attribute: str) -> None:
        if not hasattr(self, attribute):
            raise NotFittedError(
                f"this {type(self).__name__} is not fitted yet: call fit before this"
            )


def as_numbers(values: npt.ArrayLike, name: str) -> Array:
    """Return `values` as an array of numbers of any dtype."""
    if hasattr(values, "toarray"):
        raise TypeError(
            f"{name} must be dense, got a sparse {type(values).__name__}: use .toarray()"
        )
    array = values if isinstance(values, np.ndarray) else to_array(values, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    return array


def as_samples(X: npt.ArrayLike, n_features: int | None = None) -> Array:
    """Return X as an array of shape (n, d) of float32, float64 or uint8, finite.

    These three are left where they are; lists and other numbers become float64.
    """
    array = as_numbers(X, "X")
    if array.dtype not in (FLOAT32, FLOAT64, UINT8):
        array = array.astype(np.float64)
    if array.ndim != 2:
        raise ValueError(f"X must have shape (n_samples, n_features), got {array.shape}")
    if n_features is not None and array.shape[1] != n_features:
        raise ValueError(f"X must have {n_features} features, got {array.shape[1]}")
    block = max(1, 2**20 // max(array.shape[1], 1))
    if array.dtype != UINT8 and not all(
        np.isfinite(array[i : i + block]).all() for i in range(0, len(array), block)
    ):
        raise ValueError("X must be finite, got NaN or infinity")
    return with_contiguous_rows(array)


def as_labels(y: Any, n_samples: int) -> Array:
    """Return y as an array of shape (n,) of sortable labels."""
    labels = to_array(y, "y")
    if labels.ndim != 1 or len(labels) != n_samples:
        raise ValueError(f"y must have shape ({n_samples},) as X has rows, got {labels.shape}")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("y must be finite, got NaN or infinity")
    if labels.dtype.kind == "f" and (labels % 1).any():
        raise ValueError(
            f"y must hold labels, got continuous values like {labels[labels % 1 > 0][0]}"
        )
    return labels


def as_codes(labels: Array) -> tuple[Array, Array]:
    """Return the labels that there are, sorted, and the number of each sample's label in them."""
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise TypeError(f"y must hold labels that can be sorted: {error}") from error
    if len(classes) < 2:
        raise ValueError(f"y must have at least two classes, got {classes.tolist()}")
    return classes, codes.astype(np.int32)

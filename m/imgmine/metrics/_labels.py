"""Class labels of any sortable type as positions in a list of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.intp]
LabelArray: TypeAlias = npt.NDArray[Any]

_INT64_MAX = np.iinfo(np.int64).max
_FAMILIES = {"b": "numbers", "i": "numbers", "u": "numbers", "f": "numbers"} | {
    "U": "strings",
    "S": "bytes",
    "M": "dates",
    "m": "time spans",
}


class Encoded(NamedTuple):
    """Labels as positions in `classes`, whose first `n_labels` are the ones asked for."""

    classes: LabelArray
    n_labels: int
    y_true: IntArray
    y_pred: IntArray

    @property
    def present(self) -> LabelArray:
        """The classes that occur, in the order of `classes`."""
        size = len(self.classes)
        seen = np.bincount(self.y_true, minlength=size) + np.bincount(self.y_pred, minlength=size)
        return self.classes[seen > 0]


def as_labels(values: npt.ArrayLike, name: str) -> LabelArray:
    """Return class labels as a one-dimensional array that can be sorted.

    Numbers must be whole: scores handed in where labels belong would otherwise pass as one class
    per sample.
    """
    array = np.asarray(values)
    if array.ndim == 0:
        raise TypeError(f"{name} must be a sequence of labels, got {type(values).__name__}")
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty")
    kind = array.dtype.kind
    if kind in "US" and not isinstance(values, np.ndarray):
        # NumPy has by now turned every number of a mixed list into text.
        _require_one_kind(array.dtype.type, values, name)  # type: ignore[arg-type]
    if kind in "OT":
        return _from_objects(array.astype(object), name)
    if kind not in _FAMILIES:
        raise TypeError(f"{name} must hold numbers, strings or other sortable labels, got {kind!r}")
    return _as_numbers(array, name) if kind in "iuf" else array


def _require_one_kind(scalar: type[Any], values: Iterable[Any], name: str) -> None:
    plain = str if issubclass(scalar, str) else bytes
    if not all(isinstance(value, plain) for value in values):
        raise TypeError(f"{name} must hold labels of one kind, got {_type_names(values)}")


def _type_names(values: Iterable[Any]) -> str:
    return " and ".join(sorted({type(value).__name__ for value in values}))


def _from_objects(array: LabelArray, name: str) -> LabelArray:
    """Give an object array its natural dtype, or make sure that it can be sorted."""
    if all(isinstance(value, str) for value in array):
        return array.astype(str)
    if all(isinstance(value, (bool, np.bool_)) for value in array):
        return array.astype(bool)
    if all(isinstance(value, (int, float, np.number, np.bool_)) for value in array):
        return _as_numbers(np.array(array.tolist()), name)
    if len({type(value) for value in array}) > 1:
        raise TypeError(f"{name} must hold labels of one kind, got {_type_names(array)}")
    try:
        np.unique(array)
    except TypeError as error:
        raise TypeError(f"{name} must hold sortable labels, got {_type_names(array)}") from error
    return array


def _as_numbers(array: LabelArray, name: str) -> LabelArray:
    if array.dtype.kind == "f":
        odd = array[array != np.floor(array)] if np.isfinite(array).all() else array
        if odd.size:
            raise ValueError(f"{name} must hold class labels, got continuous values ({odd[0]!s})")
        return array.astype(np.float64)
    # One integer type for all: uint64 beside int64 would become float64 and lose digits.
    fits = array.dtype.kind != "O" and int(array.max()) <= _INT64_MAX
    return array.astype(np.int64 if fits else object)


def _family(array: LabelArray) -> str:
    if array.dtype.kind == "O":
        return "numbers" if isinstance(array[0], int) else type(array[0]).__name__
    return _FAMILIES[array.dtype.kind]


def encode(
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    labels: npt.ArrayLike | None = None,
    name: str = "labels",
) -> Encoded:
    """Replace labels by numbers: first `labels` in their order, then the rest, sorted.

    `name` is what the caller's argument `labels` is called.
    """
    arrays = {"y_true": as_labels(y_true, "y_true"), "y_pred": as_labels(y_pred, "y_pred")}
    n_true, n_pred = (len(array) for array in arrays.values())
    if n_true != n_pred:
        raise ValueError(f"y_true and y_pred must have one length, got {n_true} and {n_pred}")
    if labels is not None:
        arrays[name] = as_labels(labels, name)
    families = {name: _family(array) for name, array in arrays.items()}
    if len(set(families.values())) > 1:
        got = ", ".join(f"{family} in {name}" for name, family in families.items())
        raise TypeError(f"{' and '.join(arrays)} must hold labels of one kind, got {got}")
    classes, codes = np.unique(np.concatenate(list(arrays.values())), return_inverse=True)
    n_labels = len(classes)
    if labels is not None:
        classes, codes, n_labels = _asked_first(classes, codes, codes[n_true + n_pred :], name)
    return Encoded(classes, n_labels, codes[:n_true], codes[n_true : n_true + n_pred])


def _asked_first(
    classes: LabelArray, codes: IntArray, asked: IntArray, name: str
) -> tuple[LabelArray, IntArray, int]:
    others = np.setdiff1d(np.arange(len(classes)), asked)
    order = np.concatenate([asked, others])
    if len(order) != len(classes):
        raise ValueError(f"{name} must not repeat, got {classes[asked].tolist()}")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return classes[order], place[codes], len(asked)


def as_weights(sample_weight: npt.ArrayLike | None, n: int) -> npt.NDArray[Any] | None:
    """Return one finite weight >= 0 for each of `n` samples, int64 or float64, or None."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.dtype.kind not in "biuf":
        raise TypeError(f"sample_weight must hold numbers, got dtype {weights.dtype}")
    if weights.shape != (n,):
        raise ValueError(f"sample_weight must have shape ({n},), got {weights.shape}")
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise ValueError("sample_weight must be finite, >= 0 and not zero throughout")
    return weights.astype(np.float64 if weights.dtype.kind == "f" else np.int64)


def bincount(codes: IntArray, weights: npt.NDArray[Any] | None, size: int) -> npt.NDArray[Any]:
    """Sum of the weights per code, counts without weights; whole numbers stay int64."""
    if weights is None:
        return np.bincount(codes, minlength=size)
    return np.bincount(codes, weights, minlength=size).astype(weights.dtype)


def check_zero_division(value: float) -> float:
    """Return what stands for 0/0 as a float; it must be 0, 1 or nan."""
    if value not in (0, 1) and value == value:  # nan alone differs from itself
        raise ValueError(f"zero_division must be 0, 1 or nan, got {value!r}")
    return float(value)


def divide(numerator: npt.ArrayLike, denominator: npt.ArrayLike, zero: float) -> FloatArray:
    """Divide elementwise; where the denominator is zero, the result is `zero`."""
    top, bottom = np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    out = np.full(shape, zero)
    np.divide(top, bottom, out=out, where=bottom != 0)
    return out


def mean(values: FloatArray, weights: npt.NDArray[Any] | None = None) -> float:
    """Mean of the values that are not nan; weights that are all zero count as equal."""
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    if weights is not None and weights[known].any():
        return float(np.average(values[known], weights=weights[known]))
    return float(values[known].mean())

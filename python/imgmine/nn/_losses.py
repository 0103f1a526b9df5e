"""What is made small: the three losses, and their values on what a network says."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import numpy as np

from .._validate import Array, as_name, to_array
from ..classify._class_weights import class_weights

LOSSES = ("cross_entropy", "mse", "binary_cross_entropy")


class Targets(NamedTuple):
    """What a network is to say, as the core takes it, and the classes that numbers stand for."""

    values: Array
    classes: Array | None


def as_loss(value: Any) -> str:
    """Return the name of a loss."""
    if as_name(value, "loss") not in LOSSES:
        raise ValueError(f"loss must be one of {LOSSES}, got {value!r}")
    return str(value)


def as_targets(
    y: Any, loss: str, n: int, shape: tuple[int, ...], known: Array | None, name: str = "y"
) -> Targets:
    """Return targets of `n` samples for a network whose output has `shape`."""
    if loss == "cross_entropy":
        return _as_labels(y, n, shape, known, name)
    array = to_array(y, name)
    if loss == "binary_cross_entropy" and shape == (1,) and array.shape != (n, 1):
        targets = _as_labels(y, n, (2,), known, name)
        return Targets(targets.values.astype(np.float32)[:, np.newaxis], targets.classes)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold numbers, got {array.dtype}")
    if array.shape != (n, *shape) and (array.shape, shape) != ((n,), (1,)):
        raise ValueError(f"{name} must have shape {(n, *shape)}, got {array.shape}")
    return Targets(np.ascontiguousarray(array, np.float32).reshape(n, *shape), None)


def class_weights_of(
    class_weight: Any, targets: Targets, loss: str, n_outputs: int
) -> tuple[float, ...]:
    """Return a factor for each class; none where all are 1."""
    if class_weight is None:
        return ()
    if loss != "cross_entropy" and targets.classes is None:
        raise ValueError(f"class_weight needs y to be labels, got numbers for loss {loss!r}")
    classes = np.arange(n_outputs) if targets.classes is None else targets.classes
    codes = targets.values.astype(np.int64).ravel()
    return tuple(class_weights(class_weight, classes, codes, None).tolist())


def _as_labels(y: Any, n: int, shape: tuple[int, ...], known: Array | None, name: str) -> Targets:
    if len(shape) > 1:
        return Targets(_as_label_images(y, (n, *shape[:-1]), shape[-1], name), None)
    labels = y if isinstance(y, np.ndarray) else list(y)
    if isinstance(y, np.ndarray) and y.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {y.shape}")
    if len(labels) != n or (n and isinstance(labels[0], (list, np.ndarray))):
        raise ValueError(f"{name} must have shape ({n},), got {np.shape(y)}")
    classes = _classes_of(labels, shape[0], known, name)
    return Targets(codes_of(labels, classes, name), classes)


def _as_label_images(y: Any, shape: tuple[int, ...], n_classes: int, name: str) -> Array:
    """Return the number of each pixel's class."""
    array = to_array(y, name)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers, a class for each pixel: {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    if array.size and (array.min() < 0 or array.max() >= n_classes):
        raise ValueError(f"{name} must hold labels from 0 to {n_classes - 1}")
    return np.ascontiguousarray(array, np.int32)


def _classes_of(labels: Any, n_classes: int, known: Array | None, name: str) -> Array:
    """Return the labels that the network's outputs stand for, in order."""
    array = _as_array(labels)
    found = _unique(array)
    if known is not None and set(found.tolist()) <= set(known.tolist()):
        return known
    if len(found) == n_classes:
        return found
    numbers = array.dtype.kind in "iu" and len(found)
    if numbers and found[0] >= 0 and found[-1] < n_classes:
        return np.arange(n_classes)
    raise ValueError(
        f"{name} must have {n_classes} classes as the network has outputs, or whole numbers from 0 "
        f"to {n_classes - 1}, got {len(found)}: {found.tolist()[:20]}"
    )


def _as_array(labels: Any) -> Array:
    if isinstance(labels, np.ndarray):
        return labels
    kinds = {type(label) for label in labels}
    if len(kinds) == 1 and issubclass(next(iter(kinds)), (str, int, np.integer, np.str_)):
        return np.array(labels)
    array = np.empty(len(labels), object)
    for i, label in enumerate(labels):
        array[i] = label
    return array


def _unique(array: Array) -> Array:
    """Return the labels that there are: sorted, or where that cannot be, as they come."""
    if array.dtype != object:
        return np.unique(array)
    found: list[Any] = list(dict.fromkeys(array.tolist()))
    with contextlib.suppress(TypeError):
        found.sort()
    return _as_array(found)


def codes_of(labels: Any, classes: Array, name: str = "y") -> Array:
    """Return the number of each label's class."""
    array = _as_array(labels)
    if array.dtype.kind in "iu" and np.array_equal(classes, np.arange(len(classes))):
        if array.size and (array.min() < 0 or array.max() >= len(classes)):
            raise ValueError(f"{name} must hold labels from 0 to {len(classes) - 1}")
        return array.astype(np.int32)
    places = {label: i for i, label in enumerate(classes.tolist())}
    try:
        return np.array([places[label] for label in array.tolist()], np.int32)
    except KeyError as error:
        raise ValueError(f"{name} has the label {error}, which the network does not know") from None


def loss_of(outputs: Array, targets: Array, loss: str) -> tuple[float, float | None]:
    """Return the mean loss of outputs before softmax or sigmoid, and the share that is right."""
    if not len(outputs):
        return float("nan"), None
    x = outputs.astype(np.float64)
    if loss == "mse":
        return float(np.mean((x - targets) ** 2)), None
    if loss == "binary_cross_entropy":
        each = np.maximum(x, 0) - x * targets + np.log1p(np.exp(-np.abs(x)))
        return float(each.mean()), float(np.mean((x > 0) == (targets > 0.5)))
    right = np.mean(x.argmax(axis=-1) == targets)
    x, targets = x.reshape(-1, x.shape[-1]), targets.ravel()
    x -= x.max(axis=1, keepdims=True)
    each = np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(x)), targets]
    return float(each.mean()), float(right)

"""Classes of pictures, where there are some."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._estimator import as_codes, as_labels
from .._validate import Array, to_array


def classes_of(y: Any, n: int) -> tuple[Array | None, Array | None]:
    """Return the labels that there are, sorted, and the number of each picture's label in them."""
    if y is None:
        return None, None
    return as_codes(as_labels(y, n), least=1)


def numbers_of(y: Any, classes: Array, n: int, name: str = "y") -> Array:
    """Return the number of each of n labels among the classes; one label is that of all."""
    if y is None:
        raise ValueError(
            f"{name} must be given, as the model learned with labels: {classes.tolist()[:20]}"
        )
    labels = to_array(y, name)
    if labels.ndim > 1 or (labels.ndim == 1 and len(labels) != n):
        raise ValueError(f"{name} must be a label or have shape ({n},), got {labels.shape}")
    places = {label: i for i, label in enumerate(classes.tolist())}
    try:
        numbers = np.array([places[label] for label in np.ravel(labels).tolist()], np.int64)
    except KeyError as error:
        raise ValueError(
            f"{name} must hold labels that the model learned, {classes.tolist()[:20]}, got {error}"
        ) from None
    return np.broadcast_to(numbers, n) if labels.ndim == 0 else numbers

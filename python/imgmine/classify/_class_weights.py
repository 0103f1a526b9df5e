"""What a mistake costs, by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._validate import Array, as_float


def class_weights(
    class_weight: str | Mapping[Any, float] | None,
    classes: Array,
    codes: Array,
    sample_weights: Array | None,
) -> Array:
    """Return a factor for each class."""
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, Mapping):
        labels = classes.tolist()
        unknown = set(class_weight) - set(labels)
        if unknown:
            raise ValueError(f"class_weight names labels that y does not have: {unknown}")
        weights = [as_float(class_weight.get(c, 1), "class_weight") for c in labels]
        if not all(np.isfinite(weight) and weight >= 0 for weight in weights):
            raise ValueError(f"class_weight must be finite and not negative, got {weights}")
        return np.array(weights)
    if not isinstance(class_weight, str) or class_weight != "balanced":
        raise ValueError(f"class_weight must be 'balanced', a dict or None, got {class_weight!r}")
    counts = np.bincount(codes, sample_weights, len(classes))
    balanced: Array = counts.sum() / (len(classes) * np.where(counts > 0, counts, 1))
    return balanced

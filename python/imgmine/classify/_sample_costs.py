"""What a mistake costs, by sample and by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .._validate import Array, as_float, as_numbers


def as_sample_weights(sample_weight: npt.ArrayLike | None, n_samples: int) -> Array | None:
    """Return a factor for each sample, not negative; None where all are 1."""
    if sample_weight is None:
        return None
    weights = np.ascontiguousarray(as_numbers(sample_weight, "sample_weight"), np.float64)
    if weights.shape != (n_samples,):
        raise ValueError(f"sample_weight must have shape ({n_samples},), got {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("sample_weight must be finite and not negative")
    if not weights.any():
        raise ValueError("sample_weight must not be zero everywhere")
    return weights


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

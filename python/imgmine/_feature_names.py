"""The names of a data frame's columns: scikit-learn's rules, and its words."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ._validate import Array


def feature_names(X: Any) -> Array | None:
    """Return the names of a data frame's columns, if X is one and all of them are strings."""
    columns = None if isinstance(X, np.ndarray) else getattr(X, "columns", None)
    if columns is None:
        return None
    names = np.asarray(list(columns), dtype=object)
    are_text = {isinstance(name, str) for name in names}
    if are_text == {True, False}:
        raise TypeError(
            "X must have column names that are all strings or all not, got both: "
            "Feature names are only supported if all input features have string names"
        )
    return names if are_text == {True} else None


def require_same_names(fitted: Array | None, names: Array | None, estimator: str) -> None:
    """Refuse other names than those of `fit`."""
    if fitted is None and names is not None:
        warnings.warn(
            f"X has feature names, but {estimator} was fitted without feature names", stacklevel=6
        )
    if fitted is not None and names is None:
        warnings.warn(
            f"X does not have valid feature names, but {estimator} was fitted with feature names",
            stacklevel=6,
        )
    if fitted is None or names is None or np.array_equal(fitted, names):
        return
    unseen, missing = sorted(set(names) - set(fitted)), sorted(set(fitted) - set(names))
    reasons = [f"Feature names unseen at fit time:\n{_listed(unseen)}"] if unseen else []
    if missing:
        reasons.append(f"Feature names seen at fit time, yet now missing:\n{_listed(missing)}")
    if not reasons:
        reasons = ["Feature names must be in the same order as they were in fit.\n"]
    raise ValueError(
        "The feature names should match those that were passed during fit.\n" + "".join(reasons)
    )


def _listed(names: list[str]) -> str:
    some = names[:5] + ["..."] * (len(names) > 5)
    return "".join(f"- {name}\n" for name in some)

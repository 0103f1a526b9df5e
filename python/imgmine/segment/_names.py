"""What regions are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_names(names: Mapping[int, str] | Sequence[str] | None) -> dict[int, str]:
    """Return names by label, in the order of labels; those of a sequence are of labels 1, 2 ..."""
    if names is None:
        return {}
    if isinstance(names, str):
        raise TypeError(f"names must be a mapping or a sequence of strings, got {names!r}")
    found = dict(names) if isinstance(names, Mapping) else dict(enumerate(names, 1))
    for label, name in found.items():
        if isinstance(label, bool) or not isinstance(label, (int, np.integer)) or label < 1:
            raise ValueError(f"names must be of labels from 1 on, got one of {label!r}")
        if not isinstance(name, str):
            raise TypeError(f"names must be strings, got {type(name).__name__} of label {label}")
    return {int(label): str(found[label]) for label in sorted(found)}

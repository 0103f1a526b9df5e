"""What a recipe may be made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .._validate import as_float, as_int
from ._aggregated import AggregatedDescriptor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._validate import Array
    from ._descriptor import Descriptor

T = TypeVar("T")


def as_parts(parts: Sequence[T], known: dict[str, type[T]], name: str) -> tuple[T, ...]:
    """Return `parts` as a tuple if all of them are of types that are `known`."""
    if not isinstance(parts, Sequence):
        raise TypeError(f"{name} must be a sequence, got {type(parts).__name__}")
    for part in parts:
        if not isinstance(part, tuple(known.values())):
            raise TypeError(f"{name} must hold {' or '.join(known)}, got {part!r}")
    return tuple(parts)


def as_weights(weights: Sequence[float], n: int) -> tuple[float, ...]:
    """Return `weights` as `n` numbers."""
    if not isinstance(weights, Sequence) or len(weights) != n:
        raise ValueError(f"weights must be a number for each of {n} descriptors, got {weights!r}")
    numbers = tuple(as_float(weight, "weights") for weight in weights)
    if not all(0 <= number < np.inf for number in numbers):
        raise ValueError(f"weights must be finite and not negative, got {weights!r}")
    return numbers


def as_min_side(min_side: int | None) -> int | None:
    """Return how many pixels a shorter side must keep, if it is told."""
    if min_side is None:
        return None
    number = as_int(min_side, "min_side")
    if number < 1:
        raise ValueError(f"min_side must be at least 1, got {min_side}")
    return number


def fitted(
    parts: Sequence[Descriptor],
    images: Iterable[Any] | None,
    prepare: Callable[[Any], Array],
) -> tuple[Descriptor, ...]:
    """Return the descriptors; those that have yet to learn learn from `images`, once prepared."""
    learned = list(parts)
    items: list[Any] | None = None
    for i, part in enumerate(learned):
        if not isinstance(part, AggregatedDescriptor) or part.is_fitted:
            continue
        if images is None:
            raise TypeError("images must be pictures to learn from, got None")
        items = list(images) if items is None else items
        learned[i] = part.fitted_to(items, prepare)
    return tuple(learned)

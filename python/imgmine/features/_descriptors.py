"""Descriptors as small frozen objects, for recipes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._validate import Array, as_bool, as_int, as_name
from ._color_histogram import color_bins, color_histogram
from ._histogram import histogram, normalization, two_ends

if TYPE_CHECKING:
    from .. import _core


def plain(number: float) -> float:
    """Return a number of NumPy's as Python's, which JSON knows."""
    return number.item() if isinstance(number, np.generic) else number


@dataclass(frozen=True)
class Histogram:
    """Descriptor: `imgmine.features.histogram` with the same parameters.

    Parameters
    ----------
    bins : int, default 8
    range : (float, float), default (0, 256)
    normalize : {"l2", "l1", "hellinger", None}, default "l2"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.Histogram(bins=2)(np.array([[0, 1, 255]], np.uint8)).round(2)
    array([0.89, 0.45], dtype=float32)
    """

    bins: int = 8
    range: tuple[float, float] = (0, 256)
    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        two_ends(self.range)
        object.__setattr__(self, "bins", as_int(self.bins, "bins"))
        object.__setattr__(self, "range", tuple(plain(end) for end in self.range))

    def __call__(self, image: Array) -> Array:
        return histogram(image, self.bins, range=self.range, normalize=self.normalize)

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        """Make the descriptor part of a fused pass."""
        plan.add_histogram(self.bins, *two_ends(self.range), normalization(self.normalize))


@dataclass(frozen=True)
class ColorHistogram:
    """Descriptor: `imgmine.features.color_histogram` with the same parameters.

    Parameters
    ----------
    bins : int or (int, int, int), default 8
    space : {"rgb", "hsv", "lab"}, default "rgb"
    joint : bool, default True
    normalize : {"l2", "l1", "hellinger", None}, default "l2"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.ColorHistogram(bins=2)(np.zeros((2, 2, 3), np.uint8))
    array([1., 0., 0., 0., 0., 0., 0., 0.], dtype=float32)
    """

    bins: int | Sequence[int] = 8
    space: str = "rgb"
    joint: bool = True
    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        three = color_bins(self.bins)
        object.__setattr__(self, "bins", three if isinstance(self.bins, Sequence) else three[0])
        object.__setattr__(self, "joint", as_bool(self.joint, "joint"))
        as_name(self.space, "space")

    def __call__(self, image: Array) -> Array:
        return color_histogram(image, self.bins, self.space, self.joint, normalize=self.normalize)

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        """Make the descriptor part of a fused pass."""
        plan.add_color_histogram(
            color_bins(self.bins), self.space, self.joint, normalization(self.normalize)
        )


Descriptor = Histogram | ColorHistogram
DESCRIPTORS: dict[str, type[Descriptor]] = {d.__name__: d for d in (Histogram, ColorHistogram)}

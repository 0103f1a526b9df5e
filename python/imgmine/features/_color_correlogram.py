from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_int, as_name
from ._areas import as_rgb
from ._color_histogram import color_bins
from ._color_moments import as_space
from ._descriptor import FusedDescriptor

if TYPE_CHECKING:
    import numpy.typing as npt


def as_distances(distances: Sequence[int]) -> tuple[int, ...]:
    """Return the distances as numbers of Python's."""
    if not isinstance(distances, (Sequence, np.ndarray)):
        raise TypeError(f"distances must be a sequence, got {type(distances).__name__}")
    return tuple(as_int(d, "distances") for d in distances)


def color_correlogram(
    image: npt.ArrayLike,
    bins: int | Sequence[int] = 4,
    distances: Sequence[int] = (1, 3, 5, 7),
    space: str = "rgb",
) -> Array:
    """Tell for each color how probable it is that it is found again so far away.

    The auto-correlogram: a histogram of colors knows how much there is of each, this one whether
    it is in one piece or scattered.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    bins : int or (int, int, int), default 4
        Equal parts of each channel's range. At most 256 colors together.
    distances : sequence of int, default (1, 3, 5, 7)
        Chessboard distances in pixels, 1 to 31: the 8 d pixels of a square ring.
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"
        As in `color_histogram`.

    Returns
    -------
    ndarray of shape (len(distances) * b0 * b1 * b2,), float32
        For each distance, the colors' probabilities one after the other: of all pairs of a pixel
        of the color and a pixel of the image on its ring, the share of those whose second pixel
        has the color, too; 0 for colors that do not occur. The paper divides by 8 d for pixels at
        the border, too, where the ring is not complete. The same bits on every CPU and GPU and with
        any number of threads. On a GPU each image of a batch (N, H, W, C) has its row, and there is
        no space "opponent".

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `bins`, `distances` or `space` is out of range.

    References
    ----------
    J. Huang, S. R. Kumar, M. Mitra, W.-J. Zhu, R. Zabih, "Image indexing using color correlograms",
    CVPR 1997.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> board = np.zeros((8, 8, 3), np.uint8)
    >>> board[::2, ::2] = board[1::2, 1::2] = 255
    >>> im.features.color_correlogram(board, bins=2, distances=[1])[[0, 7]].round(2)
    array([0.47, 0.47], dtype=float32)
    """
    array = as_rgb(image, gpu=True)
    return version_for(array, _core.features.color_correlogram)(
        array, color_bins(bins), as_distances(distances), as_name(space, "space")
    )


@dataclass(frozen=True)
class ColorCorrelogram(FusedDescriptor):
    """Descriptor: `imgmine.features.color_correlogram` with the same parameters.

    Parameters
    ----------
    bins : int or (int, int, int), default 4
    distances : sequence of int, default (1, 3, 5, 7)
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.ColorCorrelogram(bins=2, distances=[1])(np.zeros((2, 2, 3), np.uint8))
    array([1., 0., 0., 0., 0., 0., 0., 0.], dtype=float32)
    """

    of_color = True

    bins: int | Sequence[int] = 4
    distances: Sequence[int] = (1, 3, 5, 7)
    space: str = "rgb"

    def __post_init__(self) -> None:
        three = color_bins(self.bins)
        object.__setattr__(self, "bins", three if isinstance(self.bins, Sequence) else three[0])
        object.__setattr__(self, "distances", as_distances(self.distances))
        as_space(self.space)
        self(np.empty((0, 0, 3), np.uint8))

    def __call__(self, image: Array) -> Array:
        return color_correlogram(image, self.bins, self.distances, self.space)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return len(self.distances) * math.prod(color_bins(self.bins))

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_color_correlogram(color_bins(self.bins), as_distances(self.distances), self.space)

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import UINT8, Array, as_bool, as_image, as_int, as_name
from ._areas import are_fused, as_areas, as_grid, as_levels, n_cells
from ._descriptor import FusedDescriptor
from ._histogram import normalization

if TYPE_CHECKING:
    import numpy.typing as npt


def color_bins(bins: int | Sequence[int]) -> tuple[int, int, int]:
    """Return the three numbers that `bins` stands for."""
    three = bins if isinstance(bins, Sequence) else (bins, bins, bins)
    if len(three) != 3:
        raise ValueError(f"bins must be a number or three numbers, got {bins!r}")
    first, second, third = (as_int(n, "bins") for n in three)
    return (first, second, third)


def color_histogram(
    image: npt.ArrayLike,
    bins: int | Sequence[int] = 8,
    space: str = "rgb",
    joint: bool = True,
    *,
    normalize: str | None = "l2",
    grid: tuple[int, int] = (1, 1),
    levels: int = 1,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Count the colors of an image.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    bins : int or (int, int, int), default 8
        Equal parts of each channel's range, 1 to 256.
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"
        Colors are counted as they are; as 8-bit HSV with hue in [0, 180); as 8-bit CIE L*a*b*
        (sRGB, D65) with L* scaled to 255 and a*, b* plus 128: the values of OpenCV, but that one
        color in ten thousand has an a* or b* a level beside; or as opponent colors
        (R - G) / sqrt 2, (R + G - 2B) / sqrt 6 and (R + G + B) / sqrt 3, each scaled to 8 bits:
        ``(R - G + 255) // 2``, ``(R + G - 2 * B + 510) // 4`` and ``(R + G + B) // 3``.
    joint : bool, default True
        Count cells of the color cube (Swain and Ballard); else each channel for itself.
    normalize : {"l2", "l1", "hellinger", None}, default "l2"
        As in `histogram`.
    grid : (int, int), default (1, 1)
    levels : int, default 1
    mask : array_like of shape (H, W), bool, optional
    labels : array_like of shape (H, W), int32, optional
        Where pixels are counted, as in `histogram`: cell by cell, in a spatial pyramid, in a mask
        or region by region.

    Returns
    -------
    ndarray of shape (b0 * b1 * b2,) or (b0 + b1 + b2,), float32
        The last channel's bins stand next to each other. Of cells one such vector after the other,
        each normalized for itself; of labels one row each. The same bits on every CPU and with any
        number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8, `mask` not bool or `labels` not int32.
    ValueError
        If `image`, `mask` or `labels` has another shape, or a parameter is out of range.

    References
    ----------
    M. Swain, D. Ballard, "Color indexing", International Journal of Computer Vision 7, 1991.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> red = np.zeros((2, 2, 3), np.uint8)
    >>> red[..., 0] = 255
    >>> im.features.color_histogram(red, bins=2, normalize="l1")
    array([0., 0., 0., 0., 1., 0., 0., 0.], dtype=float32)
    """
    array = as_image(image, (UINT8,), gpu=True)
    if array.ndim < 3 or array.shape[-1] not in (3, 4):
        raise ValueError(f"image must have shape (H, W, 3) or (H, W, 4), got {array.shape}")
    areas = as_areas(array, grid, mask, labels, levels)
    return version_for(array, _core.features.color_histogram)(
        array,
        color_bins(bins),
        as_name(space, "space"),
        as_bool(joint, "joint"),
        normalization(normalize),
        areas.grid,
        levels,
        *areas[1:],
    )


@dataclass(frozen=True)
class ColorHistogram(FusedDescriptor):
    """Descriptor: `imgmine.features.color_histogram` with the same parameters.

    Parameters
    ----------
    bins : int or (int, int, int), default 8
    space : {"rgb", "hsv", "lab", "opponent"}, default "rgb"
    joint : bool, default True
    normalize : {"l2", "l1", "hellinger", None}, default "l2"
    grid : (int, int), default (1, 1)
    levels : int, default 1

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.ColorHistogram(bins=2)(np.zeros((2, 2, 3), np.uint8))
    array([1., 0., 0., 0., 0., 0., 0., 0.], dtype=float32)
    """

    of_color = True

    bins: int | Sequence[int] = 8
    space: str = "rgb"
    joint: bool = True
    normalize: str | None = "l2"
    grid: tuple[int, int] = (1, 1)
    levels: int = 1

    def __post_init__(self) -> None:
        three = color_bins(self.bins)
        object.__setattr__(self, "bins", three if isinstance(self.bins, Sequence) else three[0])
        object.__setattr__(self, "joint", as_bool(self.joint, "joint"))
        object.__setattr__(self, "grid", as_grid(self.grid))
        object.__setattr__(self, "levels", as_levels(self.levels, self.grid))
        as_name(self.space, "space")

    @property
    def is_fused(self) -> bool:
        return are_fused(self._cell_size, self.grid, self.levels)

    @property
    def _cell_size(self) -> int:
        bins = color_bins(self.bins)
        return math.prod(bins) if self.joint else sum(bins)

    def __call__(self, image: Array) -> Array:
        return color_histogram(
            image,
            self.bins,
            self.space,
            self.joint,
            normalize=self.normalize,
            grid=self.grid,
            levels=self.levels,
        )

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self._cell_size * n_cells(self.grid, self.levels)

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_color_histogram(
            color_bins(self.bins),
            self.space,
            self.joint,
            normalization(self.normalize),
            self.grid,
            self.levels,
        )

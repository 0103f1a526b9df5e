from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_float, as_gray_image, as_int, as_name
from ._areas import as_grid
from ._descriptor import FusedDescriptor, as_gray, plain
from ._histogram import normalization
from ._masks import as_labels_of, as_mask_of, refuse_both

if TYPE_CHECKING:
    import numpy.typing as npt

METHODS = ("uniform", "ror", "default", "nri_uniform")


def circle(points: int, radius: float) -> tuple[list[float], list[float]]:
    """Return the points' rows and columns, to five digits, as scikit-image has them."""
    count, distance = as_int(points, "points"), as_float(radius, "radius")
    if not 1 <= count <= 32:
        raise ValueError(f"points must be from 1 to 32, got {points}")
    if not 0 < distance <= 1e6:
        raise ValueError(f"radius must be positive and at most 1e6, got {radius}")
    turns = [2 * math.pi * i / count for i in range(count)]
    rows = np.round([-distance * math.sin(turn) for turn in turns], 5)
    columns = np.round([distance * math.cos(turn) for turn in turns], 5)
    return rows.tolist(), columns.tolist()


def as_method(method: str) -> str:
    """Return `method` if there is one of this name."""
    if as_name(method, "method") not in METHODS:
        raise ValueError(f"method must be {' or '.join(map(repr, METHODS))}, got {method!r}")
    return method


def n_codes(points: int, method: str) -> int:
    """Return how many codes there are."""
    codes = {"uniform": points + 2, "nri_uniform": points * (points - 1) + 3}
    return codes.get(method, 1 << points)


def lbp(
    image: npt.ArrayLike,
    points: int = 8,
    radius: float = 1,
    method: str = "uniform",
) -> Array:
    """Compute the local binary pattern of every pixel.

    Points stand on a circle around the pixel, the first to its right, the others
    counterclockwise. Bit i of the pattern is 1 where the image at point i, interpolated between
    four pixels, is not below the pixel. Outside of the image there are zeros.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    points : int, default 8
        1 to 32.
    radius : float, default 1
        In pixels, > 0.
    method : {"uniform", "ror", "default", "nri_uniform"}, default "uniform"
        What becomes of a pattern. "default": itself. "ror": the least number that turning the
        circle makes of it. "uniform": the number of its ones where its bits change at most twice
        around the circle, else ``points + 1``. "nri_uniform": the same, told apart by where the
        ones begin. The first and the last change when the picture is turned, the others do not.

    Returns
    -------
    ndarray of shape (H, W), uint8, uint16 or uint32
        The codes, in the smallest dtype that holds all: there are ``points + 2`` of "uniform",
        ``points * (points - 1) + 3`` of "nri_uniform", ``2**points`` of the others. The values of
        scikit-image's ``local_binary_pattern(image, points, radius, method)``, where these are
        right: up to 31 points. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `points`, `radius` or `method` is out of range.

    Notes
    -----
    Where a picture is flat, an interpolated value is as often a rounding error below the pixel as
    not: the definition is kept to the last bit of the doubles it is computed in.

    References
    ----------
    T. Ojala, M. Pietikainen, T. Maenpaa, "Multiresolution gray-scale and rotation invariant texture
    classification with local binary patterns", IEEE PAMI 24 (7), 2002. "nri_uniform": T. Ahonen,
    A. Hadid, M. Pietikainen, "Face description with local binary patterns", IEEE PAMI 28 (12),
    2006.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.array([[9, 9, 9], [1, 5, 9], [1, 1, 1]], np.uint8)
    >>> im.features.lbp(image)[1, 1], im.features.lbp(image, method="default")[1, 1]
    (np.uint8(4), np.uint8(15))
    """
    rows, columns = circle(points, radius)
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.lbp)(array, rows, columns, as_method(method))


def lbp_histogram(
    image: npt.ArrayLike,
    points: int = 8,
    radius: float = 1,
    method: str = "uniform",
    *,
    normalize: str | None = "l1",
    grid: tuple[int, int] = (1, 1),
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Count the local binary patterns of an image, its cells or its regions, in one pass.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    points : int, default 8
        1 to 32; at most 16 with "ror" and "default".
    radius : float, default 1
    method : {"uniform", "ror", "default", "nri_uniform"}, default "uniform"
        As in `lbp`.
    normalize : {"l1", "l2", "hellinger", None}, default "l1"
        As in `histogram`; each cell and region for itself.
    grid : (int, int), default (1, 1)
        Rows and columns of cells side by side, from ``i * H // rows`` to ``(i + 1) * H // rows``.
        Their histograms follow each other row by row.
    mask : array_like of shape (H, W), bool, optional
        Count only where it is True.
    labels : array_like of shape (H, W), int32, optional
        Regions, counted each for itself; 0 is background. Neither with a mask nor with a grid.

    Returns
    -------
    ndarray of shape (rows * columns * n_codes,) or (labels.max(), n_codes), float32
        Patterns see pixels outside of their cell, mask or region. Cells and regions without a
        pixel give zeros. The same bits on every CPU and with any number of threads, and on a GPU,
        where there are neither masks nor labels and each image of a batch has its row.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape is wrong, an argument out of range, or arguments exclude each other.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.lbp_histogram(np.eye(4, dtype=np.uint8), points=4, normalize=None)
    array([ 4.,  0.,  0.,  0., 12.,  0.], dtype=float32)
    """
    rows, columns = circle(points, radius)
    refuse_both(mask, labels)
    cells = as_grid(grid, most=64)
    if labels is not None and cells != (1, 1):
        raise ValueError(f"grid must be (1, 1) with labels, got {grid}")
    array = as_gray_image(image, gpu=True)
    regions, n_labels = as_labels_of(labels, array)
    return version_for(array, _core.features.lbp_histogram)(
        array,
        rows,
        columns,
        as_method(method),
        normalization(normalize),
        cells,
        as_mask_of(mask, array),
        regions,
        n_labels,
    )


@dataclass(frozen=True)
class LBP(FusedDescriptor):
    """Descriptor: `imgmine.features.lbp_histogram` of the luma with the same parameters.

    Parameters
    ----------
    points : int, default 8
    radius : float, default 1
    method : {"uniform", "ror", "default", "nri_uniform"}, default "uniform"
    normalize : {"hellinger", "l1", "l2", None}, default "hellinger"
    grid : (int, int), default (1, 1)

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.LBP(points=4)(np.full((9, 9, 3), 7, np.uint8)).round(2)
    array([0.  , 0.  , 0.22, 0.59, 0.78, 0.  ], dtype=float32)
    """

    of_gray = True

    points: int = 8
    radius: float = 1
    method: str = "uniform"
    normalize: str | None = "hellinger"
    grid: tuple[int, int] = (1, 1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", as_int(self.points, "points"))
        object.__setattr__(self, "radius", plain(self.radius))
        object.__setattr__(self, "grid", as_grid(self.grid, most=64))
        lbp_histogram(np.empty((0, 0), np.uint8), **self.to_dict())

    def __call__(self, image: Array) -> Array:
        return lbp_histogram(
            as_gray(image),
            self.points,
            self.radius,
            self.method,
            normalize=self.normalize,
            grid=self.grid,
        )

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self.grid[0] * self.grid[1] * n_codes(self.points, self.method)

    @property
    def is_fused(self) -> bool:
        return self.points == 8 and self.radius == 1

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_lbp(
            *circle(self.points, self.radius),
            self.method,
            normalization(self.normalize),
            self.grid,
        )

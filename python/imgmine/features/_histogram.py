from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_float, as_image, as_int, as_name
from ._areas import are_fused, as_areas, as_grid, as_levels, n_cells
from ._descriptor import FusedDescriptor, plain

if TYPE_CHECKING:
    import numpy.typing as npt


def normalization(normalize: str | None) -> str:
    """Return the core's name of `normalize`."""
    if normalize is None:
        return "none"
    name = as_name(normalize, "normalize")
    if name == "none":
        raise ValueError("normalize must be 'l1', 'l2', 'hellinger' or None, got 'none'")
    return name


def two_ends(range: Sequence[float]) -> tuple[float, float]:  # noqa: A002
    """Return the two numbers of `range`."""
    if not isinstance(range, Sequence) or len(range) != 2:
        raise ValueError(f"range must be (low, high), got {range!r}")
    return as_float(range[0], "range"), as_float(range[1], "range")


def histogram(
    image: npt.ArrayLike,
    bins: int = 8,
    *,
    range: tuple[float, float] = (0, 256),  # noqa: A002 - NumPy's name
    normalize: str | None = "l2",
    grid: tuple[int, int] = (1, 1),
    levels: int = 1,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Count the values of an image, channel by channel.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
    bins : int, default 8
        Equal parts of `range`, 1 to 65536.
    range : (float, float), default (0, 256)
        First value counted and first value no longer counted. Others, and NaN, are left out.
    normalize : {"l2", "l1", "hellinger", None}, default "l2"
        Divide by the Euclidean length or by the sum, take square roots of shares (so that
        Euclidean distances are Hellinger distances), or leave the counts. Where nothing was
        counted the result is zeros.
    grid : (int, int), default (1, 1)
        Rows and columns of cells, of which each is described for itself. A cell begins at
        ``i * H // rows``.
    levels : int, default 1
        A spatial pyramid: the whole image, 2 x 2 cells, 4 x 4, ... up to so many levels, 1 to 8;
        not with `grid`. Level l of L = `levels` (0 is the image) weighs 2^-(L-1) for l = 0, else
        2^-(L-l): the weights of pyramid matching, with which the levels' intersections add up.
        The 4^l cells of a level share its weight: each is normalized and multiplied by weight / 4^l
        ("l1"), or by the root of it ("l2" and "hellinger", where squares of differences are summed
        up; the vector then has length 1), or counts are multiplied by the weight (None).
    mask : array_like of shape (H, W), bool, optional
        Which pixels count.
    labels : array_like of shape (H, W), int32, optional
        A label image, 0 for no region: row i of the result is about the pixels of label i + 1. Not
        together with any of the three above.

    Returns
    -------
    ndarray of shape (C * bins,), float32
        The channels' histograms, one after the other, normalized as one vector; of cells, row by
        row and level by level, one such vector after the other; of labels (labels.max(), C * bins).
        The counts are
        those of OpenCV's ``calcHist``, but that a value which begins a bin is always counted there
        (OpenCV's rounding, where `bins` does not divide the range, can put it one lower). The same
        bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, `mask` not bool or `labels` not int32.
    ValueError
        If `image`, `mask` or `labels` has another shape, or a parameter is out of range.

    References
    ----------
    S. Lazebnik, C. Schmid, J. Ponce, "Beyond bags of features: spatial pyramid matching for
    recognizing natural scene categories", CVPR 2006.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.histogram(np.array([[0, 1, 255]], np.uint8), bins=2, normalize=None)
    array([2., 1.], dtype=float32)
    """
    low, high = two_ends(range)
    array = as_image(image, gpu=True)
    areas = as_areas(array, grid, mask, labels, levels)
    return version_for(array, _core.features.histogram)(
        array,
        as_int(bins, "bins"),
        low,
        high,
        normalization(normalize),
        areas.grid,
        levels,
        *areas[1:],
    )


@dataclass(frozen=True)
class Histogram(FusedDescriptor):
    """Descriptor: `imgmine.features.histogram` with the same parameters.

    Parameters
    ----------
    bins : int, default 8
    range : (float, float), default (0, 256)
    normalize : {"l2", "l1", "hellinger", None}, default "l2"
    grid : (int, int), default (1, 1)
    levels : int, default 1

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
    grid: tuple[int, int] = (1, 1)
    levels: int = 1

    def __post_init__(self) -> None:
        two_ends(self.range)
        object.__setattr__(self, "bins", as_int(self.bins, "bins"))
        object.__setattr__(self, "range", tuple(plain(end) for end in self.range))
        object.__setattr__(self, "grid", as_grid(self.grid))
        object.__setattr__(self, "levels", as_levels(self.levels, self.grid))

    @property
    def is_fused(self) -> bool:
        return are_fused(3 * self.bins, self.grid, self.levels)

    def __call__(self, image: Array) -> Array:
        return histogram(
            image,
            self.bins,
            range=self.range,
            normalize=self.normalize,
            grid=self.grid,
            levels=self.levels,
        )

    def size(self, channels: int) -> int:
        return self.bins * channels * n_cells(self.grid, self.levels)

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_histogram(
            self.bins,
            *two_ends(self.range),
            normalization(self.normalize),
            self.grid,
            self.levels,
        )

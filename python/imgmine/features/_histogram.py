from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_int, as_name
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

    Returns
    -------
    ndarray of shape (C * bins,), float32
        The channels' histograms, one after the other, normalized as one vector. The counts are
        those of OpenCV's ``calcHist``, but that a value which begins a bin is always counted there
        (OpenCV's rounding, where `bins` does not divide the range, can put it one lower). The same
        bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `bins`, `range` or `normalize` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.histogram(np.array([[0, 1, 255]], np.uint8), bins=2, normalize=None)
    array([2., 1.], dtype=float32)
    """
    low, high = two_ends(range)
    return _core.features.histogram(
        as_image(image), as_int(bins, "bins"), low, high, normalization(normalize)
    )


@dataclass(frozen=True)
class Histogram(FusedDescriptor):
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

    def size(self, channels: int) -> int:
        return self.bins * channels

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_histogram(self.bins, *two_ends(self.range), normalization(self.normalize))

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_bool, as_float, as_gray_image, as_int
from ._descriptor import Descriptor, as_gray, plain
from ._histogram import normalization

if TYPE_CHECKING:
    import numpy.typing as npt


def phog(
    image: npt.ArrayLike,
    bins: int = 8,
    levels: int = 3,
    *,
    signed: bool = False,
    low: float = 100,
    high: float = 200,
    normalize: str | None = "l1",
) -> Array:
    """Describe where an image has edges of which direction, coarsely and finely (PHOG).

    On the edges that :func:`imgmine.filters.canny` finds, lengths of gradients are added up by
    direction: in the whole image, in its quarters, in their quarters ...

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    bins : int, default 8
        Directions, 1 to 360. A gradient is shared out between the two nearest.
    levels : int, default 3
        How often the image is quartered, 0 to 6.
    signed : bool, default False
        Tell light to dark from dark to light: directions over 360 degrees, not 180.
    low, high : float
        Thresholds of :func:`imgmine.filters.canny`.
    normalize : {"l1", "l2", "hellinger", None}, default "l1"
        Divide the whole vector by its sum or Euclidean length, take square roots of shares (so
        that Euclidean distances are Hellinger distances), or leave the sums. Where there is no
        edge the result is zeros.

    Returns
    -------
    ndarray of shape (bins * (1 + 4 + ... + 4**levels),), float32
        Level by level, cells row by row; 680 numbers by default. Cell ``i`` of ``n`` along an axis
        begins at ``i * extent // n``. The same bits on every CPU and with any number of threads. On
        a GPU within 1e-6, or where `normalize` is None, of the sum of all votes; there each image
        of a batch (N, H, W, 1) has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or a parameter is out of range.

    Notes
    -----
    The authors' own program smooths more, has another Canny with thresholds that follow the image,
    and gives each gradient to one direction.

    References
    ----------
    A. Bosch, A. Zisserman and X. Munoz, "Representing shape with a spatial pyramid kernel", CIVR
    2007, doi:10.1145/1282280.1282340.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> half = np.zeros((16, 16), np.uint8)
    >>> half[:, 8:] = 200
    >>> im.features.phog(half, bins=4, levels=0)
    array([0.5, 0. , 0. , 0.5], dtype=float32)
    """
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.phog)(
        array,
        as_int(bins, "bins"),
        as_int(levels, "levels"),
        as_bool(signed, "signed"),
        as_float(low, "low"),
        as_float(high, "high"),
        normalization(normalize),
    )


@dataclass(frozen=True)
class PHOG(Descriptor):
    """Descriptor: `imgmine.features.phog` of the gray image.

    Parameters
    ----------
    bins : int, default 8
    levels : int, default 3
    signed : bool, default False
    low, high : float
    normalize : {"l1", "l2", "hellinger", None}, default "hellinger"

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.PHOG(levels=2)(np.zeros((64, 64, 3), np.uint8)).shape
    (168,)
    """

    bins: int = 8
    levels: int = 3
    signed: bool = False
    low: float = 100
    high: float = 200
    normalize: str | None = "hellinger"

    of_gray: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("bins", "levels"):
            object.__setattr__(self, name, as_int(getattr(self, name), name))
        for name in ("low", "high"):
            object.__setattr__(self, name, plain(getattr(self, name)))
        object.__setattr__(self, "signed", as_bool(self.signed, "signed"))
        self(np.zeros((0, 0), np.uint8))

    def __call__(self, image: Array) -> Array:
        return phog(
            as_gray(image),
            self.bins,
            self.levels,
            signed=self.signed,
            low=self.low,
            high=self.high,
            normalize=self.normalize,
        )

    def size(self, channels: int) -> int:  # noqa: ARG002
        return self.bins * sum(1 << 2 * level for level in range(self.levels + 1))

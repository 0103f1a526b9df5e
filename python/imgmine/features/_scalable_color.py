from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_int
from ._areas import as_rgb
from ._descriptor import Descriptor

if TYPE_CHECKING:
    import numpy.typing as npt


def scalable_color(image: npt.ArrayLike, coefficients: int = 64) -> Array:
    """Describe the distribution of colors to any length: MPEG-7's scalable color.

    A shorter description is the beginning of a longer one.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    coefficients : {256, 128, 64, 32, 16}, default 64

    Returns
    -------
    ndarray of shape (coefficients,), float32
        Whole numbers: sums, then differences, of the coarsest bins first. Zeros for an image
        without pixels. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `coefficients` is none of these numbers.

    Notes
    -----
    ISO/IEC 15938-3, "scalable color": a histogram of 16 x 4 x 4 bins of hue, saturation and value;
    shares x in 11 bits, and from these levels of 4 bits, 15 (x / 818.8)^0.4 to the nearest, at most
    15, as in the standard's reference software; then Haar's transform. 256 coefficients halve into
    128 by hue, 64 by saturation, 32 by value, 16 by hue; the order within each size and the order
    of halving below 16 (hue, saturation, value, hue) are ours. The standard's last step, which
    takes an offset from each coefficient and cuts it to fewer bits, is left out. Colors are 8-bit
    HSV as in `color_histogram`. The standard compares by the sum of absolute differences.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.scalable_color(np.zeros((4, 4, 3), np.uint8), 16)[:3]
    array([15., 15., 15.], dtype=float32)
    """
    return _core.features.scalable_color(as_rgb(image), as_int(coefficients, "coefficients"))


@dataclass(frozen=True)
class ScalableColor(Descriptor):
    """Descriptor: `imgmine.features.scalable_color` with the same parameters.

    Parameters
    ----------
    coefficients : {256, 128, 64, 32, 16}, default 64

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.ScalableColor(128).size(3)
    128
    """

    of_color = True

    coefficients: int = 64

    def __post_init__(self) -> None:
        object.__setattr__(self, "coefficients", as_int(self.coefficients, "coefficients"))
        self(np.empty((0, 0, 3), np.uint8))

    def __call__(self, image: Array) -> Array:
        return scalable_color(image, self.coefficients)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self.coefficients

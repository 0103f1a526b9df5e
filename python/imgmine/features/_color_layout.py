from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_int
from ._areas import as_rgb
from ._descriptor import Descriptor

if TYPE_CHECKING:
    import numpy.typing as npt


def color_layout(image: npt.ArrayLike, n_luma: int = 6, n_chroma: int = 3) -> Array:
    """Describe roughly where which colors are: MPEG-7's color layout.

    The image becomes 8 x 8 mean colors; luma and chroma of these are transformed by a discrete
    cosine transform, of which the lowest frequencies are kept.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    n_luma : int, default 6
        Coefficients of luma, 1 to 64.
    n_chroma : int, default 3
        Coefficients of each chroma channel, 1 to 64.

    Returns
    -------
    ndarray of shape (n_luma + 2 * n_chroma,), float32
        Quantised coefficients of Y, Cb and Cr, each from the mean on (0 to 63) to higher
        frequencies (0 to 31, with 16 for none), in zigzag order. Zeros for an image without
        pixels. All arithmetic is of whole numbers: the same bits everywhere, also on a GPU, where
        each image of a batch has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or a number of coefficients is out of range.

    Notes
    -----
    ISO/IEC 15938-3, "color layout": BT.601 in video range, coefficients quantised as in the
    standard's reference software. Cells are means of exactly one 64th of the image (by
    `imgmine.geometry.resize`, "area"), where the reference software divides between whole pixels,
    and are made Y, Cb, Cr after that; frequencies above 239 count as 239, so that all have 5 bits.
    The standard compares by weighted Euclidean distances of the three channels.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.color_layout(np.full((16, 16, 3), 128, np.uint8))
    array([31., 16., 16., 16., 16., 16., 32., 16., 16., 32., 16., 16.],
          dtype=float32)
    """
    array = as_rgb(image, gpu=True)
    return version_for(array, _core.features.color_layout)(
        array, as_int(n_luma, "n_luma"), as_int(n_chroma, "n_chroma")
    )


@dataclass(frozen=True)
class ColorLayout(Descriptor):
    """Descriptor: `imgmine.features.color_layout` with the same parameters.

    Parameters
    ----------
    n_luma : int, default 6
    n_chroma : int, default 3

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.ColorLayout().size(3)
    12
    """

    of_color = True

    n_luma: int = 6
    n_chroma: int = 3

    def __post_init__(self) -> None:
        for name in ("n_luma", "n_chroma"):
            object.__setattr__(self, name, as_int(getattr(self, name), name))
        self(np.empty((0, 0, 3), np.uint8))

    def __call__(self, image: Array) -> Array:
        return color_layout(image, self.n_luma, self.n_chroma)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self.n_luma + 2 * self.n_chroma

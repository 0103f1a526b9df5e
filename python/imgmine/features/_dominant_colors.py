from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._validate import Array, as_int
from ..compress import quantize_colors
from ._areas import as_rgb
from ._descriptor import Descriptor

if TYPE_CHECKING:
    import numpy.typing as npt


def dominant_colors(image: npt.ArrayLike, n: int = 5) -> Array:
    """Find the few colors that an image is painted with best, and how much there is of each.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    n : int, default 5
        How many colors, 1 to 256.

    Returns
    -------
    ndarray of shape (n, 4), float32
        R, G, B (0 to 255) and the share of the pixels (0 to 1) that are nearest to this color, the
        greatest share first, dark colors first among equals; rows of zeros behind the last color
        of an image that has fewer. The colors are the palette of
        `imgmine.compress.quantize_colors`: median cut, refined by k-means. The same bits on every
        CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `n` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((4, 4, 3), np.uint8)
    >>> image[:1] = 200, 100, 0
    >>> im.features.dominant_colors(image, 3)
    array([[  0.  ,   0.  ,   0.  ,   0.75],
           [200.  , 100.  ,   0.  ,   0.25],
           [  0.  ,   0.  ,   0.  ,   0.  ]], dtype=float32)
    """
    array = as_rgb(image)
    count = as_int(n, "n")
    if not 1 <= count <= 256:
        raise ValueError(f"n must be between 1 and 256, got {count}")
    result = np.zeros((count, 4), np.float32)
    if array.size == 0:
        return result
    places, palette = quantize_colors(array, count, return_palette=True)
    pixels = np.bincount(places.ravel(), minlength=len(palette))
    order = [i for i in np.argsort(-pixels, kind="stable") if pixels[i]]
    result[: len(order), :3] = palette[order]
    result[: len(order), 3] = pixels[order] / places.size
    return result


@dataclass(frozen=True)
class DominantColors(Descriptor):
    """Descriptor: `imgmine.features.dominant_colors` as a vector.

    Of each color R, G and B, divided by 255, and the share. Good for showing and for filtering;
    for search by color, histograms are better: a color that falls from third to fourth place
    changes this vector much and the picture little.

    Parameters
    ----------
    n : int, default 5

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.DominantColors(2)(np.full((2, 2, 3), 255, np.uint8))
    array([1., 1., 1., 1., 0., 0., 0., 0.], dtype=float32)
    """

    of_color = True

    n: int = 5

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", as_int(self.n, "n"))
        if not 1 <= self.n <= 256:
            raise ValueError(f"n must be between 1 and 256, got {self.n}")

    def __call__(self, image: Array) -> Array:
        colors = dominant_colors(image, self.n)
        colors[:, :3] /= 255
        return colors.ravel()

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return 4 * self.n

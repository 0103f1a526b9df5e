from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from ._areas import as_rgb
from ._descriptor import Descriptor
from ._histogram import normalization

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def cedd(image: npt.ArrayLike, *, normalize: str | None = None) -> Array:
    """Describe colors and the edges in them: color and edge directivity descriptor.

    The image is divided into 40 x 40 blocks. Each adds its mean color, which fuzzy rules share
    among 24 (white, gray, black; light, pure and dark red, orange, yellow, green, cyan, blue,
    magenta), to the histogram of each kind of edge it has.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    normalize : {"l2", "l1", "hellinger", None}, default None
        As in `histogram`, of the levels; None leaves them.

    Returns
    -------
    ndarray of shape (144,), float32
        Levels 0 to 7 of 3 bits, 24 colors for each of: no edge, other edge, horizontal, vertical,
        falling diagonal, rising diagonal.
        Zeros for an image without pixels. The same bits on every CPU and GPU and with any number of
        threads. On a GPU each image of a batch (N, H, W, C) has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `normalize` is out of range.

    Notes
    -----
    Membership functions, rules, thresholds (14; 0.68; 0.98) and levels are those that the authors
    published in their paper and programs, and so is the hue that begins sectors one degree early.
    Ours is how the image is divided: the quarters of the blocks are 80 x 80 means of equal parts of
    the whole image (`imgmine.geometry.resize`, "area", in 8 bits), where the authors leave out the
    pixels behind the last whole block and use fewer blocks for small images. The paper compares by
    Tanimoto's coefficient; vectors of length 1 rank much alike by Euclidean distance.

    References
    ----------
    S. Chatzichristofis, Y. Boutalis, "CEDD: color and edge directivity descriptor: a compact
    descriptor for image indexing and retrieval", ICVS 2008, LNCS 5008.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> red = np.zeros((80, 80, 3), np.uint8)
    >>> red[..., 0] = 255
    >>> np.flatnonzero(im.features.cedd(red))
    array([4])
    """
    array = as_rgb(image, gpu=True)
    return version_for(array, _core.features.cedd)(array, normalization(normalize))


@dataclass(frozen=True)
class CEDD(Descriptor):
    """Descriptor: `imgmine.features.cedd` with the same parameters.

    Parameters
    ----------
    normalize : {"l2", "l1", "hellinger", None}, default "l2"

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.CEDD().size(3)
    144
    """

    of_color = True

    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        self(np.empty((0, 0, 3), np.uint8))

    def __call__(self, image: Array) -> Array:
        return cedd(image, normalize=self.normalize)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return 144

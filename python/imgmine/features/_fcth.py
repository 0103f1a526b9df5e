from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from ._areas import as_rgb
from ._descriptor import Descriptor
from ._histogram import normalization

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def fcth(image: npt.ArrayLike, *, normalize: str | None = None) -> Array:
    """Describe colors and the roughness of them: fuzzy color and texture histogram.

    The image is divided into 40 x 40 blocks. Each adds its mean color, which fuzzy rules share
    among 24 as in `cedd`, to the histograms of eight textures, to which it belongs more or less by
    the energies of the three bands of Haar's wavelets in 4 x 4 means.

    Parameters
    ----------
    image : array_like of shape (H, W, 3) or (H, W, 4), uint8
        R, G, B in this order; a fourth channel is left out.
    normalize : {"l2", "l1", "hellinger", None}, default None
        As in `histogram`, of the levels; None leaves them.

    Returns
    -------
    ndarray of shape (192,), float32
        Levels 0 to 7 of 3 bits, 24 colors for each of eight textures: with little (0) or much (1)
        along diagonals (4), across (2) and down (1), added up.
        Zeros for an image without pixels. The same bits on every CPU and with any number of
        threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or `normalize` is out of range.

    Notes
    -----
    Membership functions (20 to 90, 20 to 90, 20 to 80), rules and levels are those that the authors
    published in their paper and programs, where bands are sums, not means, of differences. Ours is
    how the image is divided: 160 x 160 means of equal parts of the whole image
    (`imgmine.geometry.resize`, "area", in 8 bits), where the authors leave out the pixels behind
    the last whole block; and energies above 255 stay "much", where in theirs such a block counted
    nowhere. The paper compares by Tanimoto's coefficient.

    References
    ----------
    S. Chatzichristofis, Y. Boutalis, "FCTH: fuzzy color and texture histogram: a low level feature
    for accurate image retrieval", WIAMIS 2008.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> red = np.zeros((80, 80, 3), np.uint8)
    >>> red[..., 0] = 255
    >>> np.flatnonzero(im.features.fcth(red))
    array([4])
    """
    return _core.features.fcth(as_rgb(image), normalization(normalize))


@dataclass(frozen=True)
class FCTH(Descriptor):
    """Descriptor: `imgmine.features.fcth` with the same parameters.

    Parameters
    ----------
    normalize : {"l2", "l1", "hellinger", None}, default "l2"

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.FCTH().size(3)
    192
    """

    of_color = True

    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        self(np.empty((0, 0, 3), np.uint8))

    def __call__(self, image: Array) -> Array:
        return fcth(image, normalize=self.normalize)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return 192

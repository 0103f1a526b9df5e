from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import as_gray_image
from ._descriptor import FusedDescriptor, as_gray

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array

N_VALUES = 18


def tamura(image: npt.ArrayLike) -> Array:
    """Measure what people tell textures apart by: coarseness, contrast, direction.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8

    Returns
    -------
    ndarray of shape (18,), float32
        Coarseness: of windows of 2, 4, 8, 16 and 32 pixels, the size at which the means of two
        side by side differ most around a pixel (the largest where several do), on average over
        the image, whose edges are continued outwards. Contrast: the standard deviation of the gray
        levels, divided by the fourth root of their kurtosis. Then shares of 16 directions, from
        that along the row towards that down the columns, each ``pi / 16`` wide, among the pixels
        of which Prewitt's gradient is 12 or more (the mean of both components); zeros where there
        is none. Zeros of an empty image. The same bits on every CPU and GPU and with any number of
        threads. On a GPU each image of a batch (N, H, W, 1) has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If it has another shape.

    Notes
    -----
    These are the 18 numbers of LIRE's ``Tamura``; Tamura's single number for directionality is the
    sharpness of the peaks in the shares. H. Tamura, S. Mori, T. Yamawaki, "Textural features
    corresponding to visual perception", IEEE Transactions on Systems, Man, and Cybernetics 8 (6),
    1978.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> board = np.kron(np.indices((8, 8)).sum(0) % 2, np.full((8, 8), 200)).astype(np.uint8)
    >>> coarseness, contrast, *directions = im.features.tamura(board)
    >>> contrast, directions[0], directions[8]
    (np.float32(100.0), np.float32(0.4385965), np.float32(0.4385965))
    """
    return measured(image, scaled=False)


def measured(image: npt.ArrayLike, *, scaled: bool) -> Array:
    """Return the numbers as they are, or each within [0, 1]."""
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.tamura)(array, scaled)


@dataclass(frozen=True)
class Tamura(FusedDescriptor):
    """Descriptor: `imgmine.features.tamura` of the luma, each number within [0, 1].

    Coarseness is divided by 32, contrast by 128; square roots are taken of the shares, so that
    distances are Hellinger distances.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.Tamura()(np.zeros((9, 9, 3), np.uint8))[:2]
    array([1., 0.], dtype=float32)
    """

    of_gray = True

    def __call__(self, image: Array) -> Array:
        return measured(as_gray(image), scaled=True)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return N_VALUES

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_tamura()

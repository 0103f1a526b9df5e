from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._validate import Array, as_bool
from ._descriptor import Descriptor, as_gray
from ._moments import sixteen

if TYPE_CHECKING:
    import numpy.typing as npt


def hu_moments(
    image: npt.ArrayLike,
    *,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
    log: bool = False,
) -> Array:
    """Describe a shape by Hu's seven numbers that position, size and rotation leave alone.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8, float32 or bool
        A mask for the shape of a region; a gray image for how its light is spread.
    mask, labels : array_like of shape (H, W), bool and int32, optional
        Which pixels count, or regions 1, 2 ... each of which is described in one pass
        (:func:`moments`).
    log : bool, default False
        Bring the seven to one scale: ``sign(h) * log10(1 + 1e10 * abs(h))``, which is 0 at 0 and
        ``10 + log10(h)`` for whatever is above 1e-9. Of gray images the values are
        taken as shares of 255 first. Without it the first number outweighs the others by many
        orders of magnitude.

    Returns
    -------
    ndarray of shape ([n,] 7), float64
        In the order of Hu's paper, as scikit-image gives them; OpenCV's seventh, which tells a
        shape from its mirror image, has the other sign. Zeros where the values do not sum to more
        than 0. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape does not fit, or both `mask` and `labels` are given.

    References
    ----------
    M.-K. Hu, "Visual pattern recognition by moment invariants", IRE Transactions on Information
    Theory 8, 1962, doi:10.1109/TIT.1962.1057692.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> shape = np.zeros((8, 8), bool)
    >>> shape[1:3, 1:7] = shape[3:6, 1:3] = True
    >>> turned = np.rot90(shape)
    >>> np.allclose(im.features.hu_moments(shape), im.features.hu_moments(turned))
    True
    """
    log = as_bool(log, "log")
    central = sixteen(image, mask, labels, True)
    if log and np.asarray(image).dtype != np.bool_:
        central = central / 255.0
    seven = _core.features.hu_moments(central.reshape(-1, 16), log)
    return seven.reshape(*central.shape[:-1], 7)


@dataclass(frozen=True)
class HuMoments(Descriptor):
    """Descriptor: `imgmine.features.hu_moments` of the gray image.

    Parameters
    ----------
    log : bool, default True
        Without it Euclidean search sees little but the first number.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.HuMoments()(np.full((8, 8), 255, np.uint8)).round(2)
    array([9.22, 0.  , 0.  , 0.  , 0.  , 0.  , 0.  ], dtype=float32)
    """

    log: bool = True

    of_gray: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "log", as_bool(self.log, "log"))

    def __call__(self, image: Array) -> Array:
        return hu_moments(as_gray(image), log=self.log).astype(np.float32)

    def size(self, channels: int) -> int:  # noqa: ARG002
        return 7

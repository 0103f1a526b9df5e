from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_int, to_array
from ._descriptor import Descriptor, as_gray
from ._masks import BOOL, as_mask

if TYPE_CHECKING:
    import numpy.typing as npt

DTYPES = ("float64", "float32", "int64", "int32", "int16", "uint8")


def as_contour(contour: Array) -> Array:
    """Return points as float64 of shape (N, 2)."""
    if contour.dtype not in [np.dtype(name) for name in DTYPES]:
        raise TypeError(
            f"contour_or_mask must be a bool mask or points of {' or '.join(DTYPES)}, "
            f"got {contour.dtype}"
        )
    if contour.ndim == 3 and contour.shape[1:] == (1, 2):  # OpenCV's
        contour = contour[:, 0]
    if contour.ndim != 2 or contour.shape[1] != 2:
        raise ValueError(f"contour_or_mask must have shape (N, 2), got {contour.shape}")
    points = np.ascontiguousarray(contour, np.float64)
    if not np.isfinite(points).all() or np.abs(points).max(initial=0) > 1e9:
        raise ValueError("contour_or_mask must hold finite points not above 1e9")
    return points


def as_points(contour_or_mask: npt.ArrayLike) -> Array:
    """Return a contour as it is, and that of a mask."""
    array = to_array(contour_or_mask, "contour_or_mask")
    if array.dtype == BOOL:
        return _core.features.outer_contour(as_mask(array))
    return as_contour(array)


def fourier_descriptors(contour_or_mask: npt.ArrayLike, n: int = 16, *, points: int = 256) -> Array:
    """Describe a closed contour by the lengths of its Fourier coefficients.

    They do not change where the contour is moved, turned, scaled, or begun at another point.

    Parameters
    ----------
    contour_or_mask : array_like of shape (N, 2), float or int, or (H, W), bool
        Points in order, closed by a last side back to the first; or a mask, of which the region is
        taken whose outer border encloses most. Pixels that touch at a corner belong together, and
        the border runs through the centers of its pixels.
    n : int, default 16
        How many, 1 to half the `points`.
    points : int, default 256
        At how many points, an equal way apart, the contour is taken: a power of two, 8 to 65536.

    Returns
    -------
    ndarray of shape (n,), float64
        The lengths of coefficients -1, 2, -2, 3, -3 ... over that of coefficient 1, which is a
        circle's only one; the way round is made the one that gives it. Zeros for a contour of no
        length (one pixel, an empty mask). The same bits on every CPU.

    Raises
    ------
    TypeError
        If `contour_or_mask` has another dtype.
    ValueError
        If it has another shape, or `n` or `points` is out of range.

    References
    ----------
    C. T. Zahn and R. Z. Roskies, "Fourier descriptors for plane closed curves", IEEE Transactions
    on Computers 21, 1972, doi:10.1109/TC.1972.5008949. Borders are followed as in S. Suzuki and
    K. Abe, "Topological structural analysis of digitized binary images by border following", 1985,
    doi:10.1016/0734-189X(85)90016-7.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> square = np.float64([[0, 0], [0, 8], [8, 8], [8, 0]])
    >>> im.features.fourier_descriptors(square, 4).round(3)
    array([0., 0., 0., 0.])
    >>> im.features.fourier_descriptors(square * [1, 3], 4).round(3)
    array([0.414, 0.   , 0.   , 0.111])
    """
    return _core.features.fourier_descriptors(
        as_points(contour_or_mask), as_int(n, "n"), as_int(points, "points")
    )


@dataclass(frozen=True)
class FourierDescriptors(Descriptor):
    """Descriptor: `imgmine.features.fourier_descriptors` of what Otsu's threshold finds light.

    For pictures of one thing on a plain darker ground; invert others first.

    Parameters
    ----------
    n : int, default 16
    points : int, default 256

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((32, 32), np.uint8)
    >>> image[8:24, 8:24] = 200
    >>> im.features.FourierDescriptors(n=2)(image).round(3)
    array([0., 0.], dtype=float32)
    """

    n: int = 16
    points: int = 256

    of_gray: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("n", "points"):
            object.__setattr__(self, name, as_int(getattr(self, name), name))
        self(np.zeros((0, 0), UINT8))

    def __call__(self, image: Array) -> Array:
        gray = as_gray(image)
        mask = gray > _core.segment.threshold_otsu(gray)
        return fourier_descriptors(mask, self.n, points=self.points).astype(np.float32)

    def size(self, channels: int) -> int:  # noqa: ARG002
        return self.n

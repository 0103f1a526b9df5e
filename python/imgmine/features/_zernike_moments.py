from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._validate import Array, as_float, as_int
from ._descriptor import Descriptor, as_gray, plain
from ._masks import as_plane
from ._moments import as_center

if TYPE_CHECKING:
    import numpy.typing as npt


def zernike_moments(
    image: npt.ArrayLike,
    degree: int = 8,
    radius: float | None = None,
    center: tuple[float, float] | None = None,
) -> Array:
    """Describe what lies in a circle by the lengths of its Zernike moments.

    Rotation about the center leaves them alone.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8, float32 or bool
        Values should not be negative. A mask counts as zeros and ones.
    degree : int, default 8
        Highest degree, 0 to 20.
    radius : float, optional
        Of the circle, in pixels; default: half the shorter side.
    center : (float, float), optional
        Row and column; default: the center of mass of the whole image.

    Returns
    -------
    ndarray of shape (n,), float64
        ``abs(Z[n, l])`` for n = 0, 1 ... `degree` and each l = 0 ... n for which n - l is even:
        25 values for degree 8. Values count as shares of their sum within the circle; where that
        is not more than 0, zeros. As mahotas' ``zernike_moments`` to 1e-9 for usual degrees. The
        same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` has another dtype.
    ValueError
        If `image` has another shape, or `degree`, `radius` or `center` is out of range.

    References
    ----------
    M. R. Teague, "Image analysis via the general theory of moments", Journal of the Optical
    Society of America 70, 1980, doi:10.1364/JOSA.70.000920.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> disk = np.hypot(*np.mgrid[-20:21, -20:21]) <= 15
    >>> im.features.zernike_moments(disk, degree=2, radius=15).round(2) + 0.0
    array([0.32, 0.  , 0.  , 0.  ])
    """
    return _core.features.zernike_moments(
        as_plane(image),
        as_int(degree, "degree"),
        None if radius is None else as_float(radius, "radius"),
        as_center(center),
    )


@dataclass(frozen=True)
class ZernikeMoments(Descriptor):
    """Descriptor: `imgmine.features.zernike_moments` of the gray image.

    Parameters
    ----------
    degree : int, default 8
    radius : float, optional

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.ZernikeMoments(degree=4)(np.full((9, 9), 7, np.uint8)).shape
    (9,)
    """

    degree: int = 8
    radius: float | None = None

    of_gray: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "degree", as_int(self.degree, "degree"))
        if self.radius is not None:
            object.__setattr__(self, "radius", plain(as_float(self.radius, "radius")))
        zernike_moments(np.zeros((1, 1), np.uint8), self.degree, self.radius)

    def __call__(self, image: Array) -> Array:
        return zernike_moments(as_gray(image), self.degree, self.radius).astype(np.float32)

    def size(self, channels: int) -> int:  # noqa: ARG002
        return sum(n // 2 + 1 for n in range(self.degree + 1))

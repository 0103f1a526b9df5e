from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool, as_image, as_name
from ._warp_arguments import as_matrix, as_size, as_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def warp_perspective(
    image: npt.ArrayLike,
    matrix: npt.ArrayLike,
    size: tuple[int, int] | None = None,
    *,
    method: str = "linear",
    border: str = "constant",
    value: float | Sequence[float] = 0,
    inverse: bool = False,
) -> Array:
    """Map an image by a 3 x 3 matrix: see a plane from another point.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are mapped independently.
    matrix : array_like of shape (3, 3)
        Takes a place (x, y) of the image to (X / W, Y / W) of the result, where ``(X, Y, W) =
        matrix @ (x, y, 1)``, as ``cv2.warpPerspective`` has it. Finite, with an inverse.
    size : (int, int), optional
        Height and width of the result. Default: those of `image`.
    method : {"linear", "nearest", "cubic"}
        As in :func:`warp_affine`.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        As in :func:`warp_affine`.
    value : float or sequence of float, default 0
        The constant, one number or one per channel; whole numbers from 0 to 255 for uint8.
    inverse : bool, default False
        Whether `matrix` takes places of the result to places of the image
        (``cv2.WARP_INVERSE_MAP``).

    Returns
    -------
    ndarray of the dtype of `image`
        Places are computed in double precision (the quotient to 46 bits) and rounded to 2^-24
        pixels; beyond 2^26 pixels from the origin, and on the horizon, where W is 0, they are
        taken to be there. All else as in :func:`warp_affine`.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` or `matrix` has another shape, `matrix` is not finite or has no inverse, or an
        argument is out of range; also if an empty image is to give pixels.

    Notes
    -----
    OpenCV 5's linear results agree within 1 (uint8) but on the horizon, whose pixels it takes from
    the image's corner.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.full((4, 4), 100, np.uint8)
    >>> im.geometry.warp_perspective(image, [[1, 0, 0], [0, 1, 0], [0, 0.25, 1]])
    array([[100, 100, 100, 100],
           [100, 100, 100,   0],
           [  0,   0,   0,   0],
           [  0,   0,   0,   0]], dtype=uint8)
    """
    array = as_image(image)
    height, width = as_size(size, array)
    return _core.geometry.warp_perspective(
        array,
        as_matrix(matrix, (3, 3), "matrix"),
        height,
        width,
        as_name(method, "method"),
        as_name(border, "border"),
        as_values(value),
        as_bool(inverse, "inverse"),
    )

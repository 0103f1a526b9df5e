from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool, as_float, as_image, as_name
from ._warp_arguments import as_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def rotate(
    image: npt.ArrayLike,
    angle: float,
    *,
    expand: bool = False,
    method: str = "linear",
    border: str = "constant",
    value: float | Sequence[float] = 0,
) -> Array:
    """Turn an image about its center.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are turned independently.
    angle : float
        Degrees, counter-clockwise.
    expand : bool, default False
        Whether the result grows to hold all of the turned image, to the size that Pillow's
        ``Image.rotate`` gives it. Else it keeps the size of `image`.
    method : {"linear", "nearest", "cubic"}
        As in :func:`warp_affine`.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        As in :func:`warp_affine`.
    value : float or sequence of float, default 0
        The constant, one number or one per channel; whole numbers from 0 to 255 for uint8.

    Returns
    -------
    ndarray of the dtype of `image`
        The center ((W - 1) / 2, (H - 1) / 2) of the image lies on that of the result. By multiples
        of 90 degrees pixels are moved unchanged, as by ``np.rot90``, where the result has the
        turned shape: with `expand`, for square images, and by 180 degrees. By 90 degrees without
        `expand` an image that is not square loses its ends and is given others past its border;
        if H - W is odd, pixels then come to lie half-way between those of the result.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` has another shape, `angle` is not finite, or an argument is out of range.

    Notes
    -----
    The same turn as ``cv2.getRotationMatrix2D`` about that center and as
    ``skimage.transform.rotate``.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.geometry.rotate(np.array([[1, 2, 3], [4, 5, 6]], np.uint8), 90, expand=True)
    array([[3, 6],
           [2, 5],
           [1, 4]], dtype=uint8)
    """
    return _core.geometry.rotate(
        as_image(image),
        as_float(angle, "angle"),
        as_bool(expand, "expand"),
        as_name(method, "method"),
        as_name(border, "border"),
        as_values(value),
    )

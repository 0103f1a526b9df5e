from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_image, as_name
from ._warp_arguments import as_matrix, as_values, as_vector_of_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def undistort(
    image: npt.ArrayLike,
    camera_matrix: npt.ArrayLike,
    distortion: npt.ArrayLike,
    *,
    method: str = "linear",
    border: str = "constant",
    value: float | Sequence[float] = 0,
) -> Array:
    """Take out of an image what its lens has bent.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are mapped independently.
    camera_matrix : array_like of shape (3, 3)
        ``[[fx, 0, cx], [0, fy, cy], [0, 0, 1]]``: focal lengths and principal point in pixels.
    distortion : array_like of 4, 5 or 8 numbers
        ``k1 k2 p1 p2 [k3 [k4 k5 k6]]`` of Brown's model [1]_ in OpenCV's order, as
        ``cv2.calibrateCamera`` finds them: k1 to k3 radial (k4 to k6 below the fraction line), p1
        and p2 tangential.
    method : {"linear", "nearest", "cubic"}
        As in :func:`warp_affine`.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        As in :func:`warp_affine`.
    value : float or sequence of float, default 0
        The constant, one number or one per channel; whole numbers from 0 to 255 for uint8.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Seen by the same camera with a perfect lens. Places are computed in double precision as
        they are needed, row by row, and rounded to 2^-24 pixels.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` has another shape, or a number is not finite or missing.

    Notes
    -----
    The mapping of ``cv2.undistort``, which rounds places to 1/32 pixel and so differs by a few
    levels at sharp edges; ``cv2.remap`` with float32 maps agrees within 1.

    References
    ----------
    .. [1] D. C. Brown, "Decentering distortion of lenses", Photogrammetric Engineering 32 (1966).

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.arange(20, dtype=np.uint8).reshape(4, 5)
    >>> camera = [[5, 0, 2], [0, 5, 1.5], [0, 0, 1]]
    >>> im.geometry.undistort(image, camera, [0.5, 0, 0, 0], border="replicate")
    array([[ 0,  1,  2,  3,  4],
           [ 5,  6,  7,  8,  9],
           [10, 11, 12, 13, 14],
           [15, 16, 17, 18, 19]], dtype=uint8)
    """
    return _core.geometry.undistort(
        as_image(image),
        as_matrix(camera_matrix, (3, 3), "camera_matrix"),
        as_vector_of_numbers(distortion, "distortion"),
        as_name(method, "method"),
        as_name(border, "border"),
        as_values(value),
    )

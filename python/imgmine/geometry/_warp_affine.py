from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool, as_image, as_name
from ._warp_arguments import as_matrix, as_size, as_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def warp_affine(
    image: npt.ArrayLike,
    matrix: npt.ArrayLike,
    size: tuple[int, int] | None = None,
    *,
    method: str = "linear",
    border: str = "constant",
    value: float | Sequence[float] = 0,
    inverse: bool = False,
) -> Array:
    """Map an image by a 2 x 3 matrix: turn, scale, shear and shift it at once.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are mapped independently.
    matrix : array_like of shape (2, 3)
        Takes a place (x, y) of the image to ``matrix @ (x, y, 1)`` of the result, as
        ``cv2.warpAffine`` has it. Centers of pixels are whole numbers. Finite, with an inverse.
    size : (int, int), optional
        Height and width of the result. Default: those of `image`.
    method : {"linear", "nearest", "cubic"}
        Between the 2 x 2 nearest pixels; the nearest one (halves go up); Keys' cubic convolution
        of 4 x 4 pixels with OpenCV's a = -0.75.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        What lies past the edge of ``a b c d``: `value`, ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``.
        Between the outermost pixels and what lies past them is interpolated, too.
    value : float or sequence of float, default 0
        The constant, one number or one per channel; whole numbers from 0 to 255 for uint8.
    inverse : bool, default False
        Whether `matrix` takes places of the result to places of the image
        (``cv2.WARP_INVERSE_MAP``).

    Returns
    -------
    ndarray of the dtype of `image`
        Places are computed in 64-bit fixed point and rounded to 2^-24 pixels; beyond 2^26 pixels
        from the origin they are taken to be there. uint8 results come from weights of 14 bits and
        are rounded to nearest; they are within 0.52 of the exact value for ``"linear"``. In
        float32 a pixel whose weight is 0 takes no part, so that NaN spreads no farther than it
        must. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or an argument is of the wrong kind.
    ValueError
        If `image` or `matrix` has another shape, `matrix` is not finite or has no inverse, or an
        argument is out of range; also if an empty image is to give pixels.

    Notes
    -----
    OpenCV 5's linear results agree within 1 (uint8): its places are float32, good to about 1e-4
    pixels in a large image. Its cubic ones round places to 1/32 pixel and differ by more where an
    image has sharp edges.

    References
    ----------
    .. [1] R. Keys, "Cubic convolution interpolation for digital image processing", IEEE
       Transactions on Acoustics, Speech, and Signal Processing 29 (1981).
       https://doi.org/10.1109/TASSP.1981.1163711

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.array([[10, 20, 30], [40, 50, 60]], np.uint8)
    >>> im.geometry.warp_affine(image, [[1, 0, 0.5], [0, 1, 0]])
    array([[ 5, 15, 25],
           [20, 45, 55]], dtype=uint8)
    """
    array = as_image(image)
    height, width = as_size(size, array)
    return _core.geometry.warp_affine(
        array,
        as_matrix(matrix, (2, 3), "matrix"),
        height,
        width,
        as_name(method, "method"),
        as_name(border, "border"),
        as_values(value),
        as_bool(inverse, "inverse"),
    )

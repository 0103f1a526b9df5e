from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_image, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def unsharp_mask(
    image: npt.ArrayLike,
    sigma: float = 2.0,
    amount: float = 1.0,
    *,
    threshold: float = 0,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Sharpen an image by adding what a Gaussian blur takes away.

    ``image + amount * (image - blurred)``. The blurred image exists a row at a time only.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are sharpened independently.
    sigma : float
        Standard deviation of the Gaussian in pixels, > 0: the size of the details that are
        sharpened.
    amount : float
        How much of the difference is added, finite: 1 doubles it, 0 changes nothing, -1 blurs.
    threshold : float
        Pixels that differ from the blurred image by less stay as they are: 3 to 10 levels keep
        the noise of flat areas from growing. Finite, >= 0, in the unit of the image.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What the blur sees past the edge; as for `imgmine.filters.gaussian_blur`.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        uint8: rounded to nearest (halves to even), values outside 0..255 become the nearer end;
        the blurred image is OpenCV's, rounded to bytes, so that the result is that of OpenCV's
        ``GaussianBlur`` and ``addWeighted`` within 1. float32: neither rounded nor clipped. The
        same bits on every CPU and with any number of threads. Where the kernel meets a NaN or an
        infinity the result is not finite.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or another argument is of the wrong kind.
    ValueError
        If `image` has another shape, or `sigma`, `amount`, `threshold` or `border` is out of range.

    Notes
    -----
    scikit-image's ``unsharp_mask`` cuts its Gaussian at 4 sigma, works on floats in 0..1 and clips
    them. Pillow's ``UnsharpMask`` approximates the Gaussian by boxes, its amount is in per cent.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> edge = np.array([[50, 50, 50, 50, 200, 200, 200, 200]], np.uint8)
    >>> im.enhance.unsharp_mask(edge, 1.0)
    array([[ 50,  49,  41,   5, 245, 209, 201, 200]], dtype=uint8)
    >>> im.enhance.unsharp_mask(edge, 1.0, threshold=5)
    array([[ 50,  50,  41,   5, 245, 209, 200, 200]], dtype=uint8)
    """
    array = as_image(image)
    return _core.enhance.unsharp_mask(
        array,
        as_float(sigma, "sigma"),
        as_float(amount, "amount"),
        as_float(threshold, "threshold"),
        as_name(border, "border"),
        as_out(out, array.shape, array),
    )

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_float, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def gaussian_blur(
    image: npt.ArrayLike,
    sigma: float | None = None,
    *,
    ksize: int | None = None,
    border: str = "reflect101",
    method: str = "auto",
    out: Array | None = None,
) -> Array:
    """Smooth an image with a Gaussian.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are blurred independently.
    sigma : float, optional
        Standard deviation in pixels, > 0. Default: ``0.3 * ((ksize - 1) / 2 - 1) + 0.8``, but for
        3, 5, 7 and 9 taps the classic whole-number kernels (5: 1 4 6 4 1).
    ksize : int, optional
        Number of taps, odd, 1 to 65535. Default: ``6 sigma + 1`` for uint8, ``8 sigma + 1`` for
        float32, rounded and made odd. One of `sigma` and `ksize` must be given.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    method : {"auto", "exact", "fast"}
        "exact" weighs every pixel below the kernel: time grows with sigma. "fast" works on a
        coarser grid from a sigma of 10 on, where time falls with sigma; below it is exact. It
        takes no `ksize`. "auto" is "fast" where `ksize` is not given, else "exact".
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact uint8 works in fixed point with 8-bit weights that sum to 256; both passes are exact
        and the result is rounded half up once: bit-equal to OpenCV's ``GaussianBlur``. (8 bits are
        few for a wide kernel: from a sigma of about 10 the steps in its weights reach a per cent
        of the whole.) Exact float32 is one fused multiply-add a tap. Fast results are rounded to
        nearest and stay within 0.2 per cent of the image's range (uint8: one level) of a Gaussian
        that is cut at 4 sigma. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or `sigma`, `ksize`, `border` or `method` is out of range.

    Notes
    -----
    The fast method takes means at every s-th pixel, s = floor(sigma / 5), weighted by a triangle
    that reaches the neighbouring points, blurs these, and draws straight lines between them; the
    Gaussian in the middle is narrower by the variance of both triangles. Memory is rows, not
    images, for either method.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> dot = np.zeros((5, 5), np.uint8)
    >>> dot[2, 2] = 255
    >>> im.filters.gaussian_blur(dot, ksize=3)
    array([[ 0,  0,  0,  0,  0],
           [ 0, 16, 32, 16,  0],
           [ 0, 32, 64, 32,  0],
           [ 0, 16, 32, 16,  0],
           [ 0,  0,  0,  0,  0]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.filters.gaussian_blur)(
        array,
        None if sigma is None else as_float(sigma, "sigma"),
        None if ksize is None else as_int(ksize, "ksize"),
        as_name(border, "border"),
        as_name(method, "method"),
        as_out(out, array.shape, array),
    )

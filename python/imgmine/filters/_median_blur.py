from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_image, as_int, as_name, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def median_blur(
    image: npt.ArrayLike,
    ksize: int,
    *,
    border: str = "reflect101",
    out: Array | None = None,
) -> Array:
    """Replace each pixel by the median of those around it.

    Takes away specks and salt-and-pepper noise and leaves edges where they are.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Channels are filtered independently.
    ksize : int
        Width and height of the window in pixels: odd, 1 to 255; of float32 on a GPU up to 31.
    border : {"reflect101", "reflect", "replicate", "wrap", "constant"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``,
        zeros.
    out : ndarray of the shape and dtype of `image`, optional
        Where to write; must not overlap `image`.

    Returns
    -------
    ndarray of the shape and dtype of `image`
        Exact: one of the window's own values. NaN counts as greater than infinity, as NumPy sorts
        it (``np.median`` would spread it), and -0 as less than 0. The same bits on every CPU and
        with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `ksize` no whole number.
    ValueError
        If `image` has another shape, or `ksize` or `border` is out of range.

    Notes
    -----
    Bit-equal to OpenCV's ``medianBlur`` with ``border="replicate"``, the only border that has, and
    to SciPy's ``median_filter`` (``mode="mirror"`` is ``"reflect101"``, ``"nearest"`` is
    ``"replicate"``). Up to a `ksize` of about 25 it runs sorting networks that neighboring windows
    share [1]_; the time grows a little faster than `ksize`. Beyond, uint8 takes a time that does
    not depend on `ksize` [2]_ and float32 one in proportion to it.

    References
    ----------
    .. [1] A. Adams, Fast median filters using separable sorting networks, ACM Transactions on
       Graphics 40(4), 2021. doi:10.1145/3450626.3459773
    .. [2] S. Perreault and P. Hebert, Median filtering in constant time, IEEE Transactions on
       Image Processing 16(9), 2007. doi:10.1109/TIP.2007.902329

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> page = np.full((5, 5), 200, np.uint8)
    >>> page[2, 2] = 0
    >>> page[:, 3:] = 10
    >>> im.filters.median_blur(page, 3)
    array([[200, 200, 200,  10,  10],
           [200, 200, 200,  10,  10],
           [200, 200, 200,  10,  10],
           [200, 200, 200,  10,  10],
           [200, 200, 200,  10,  10]], dtype=uint8)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.filters.median_blur)(
        array, as_int(ksize, "ksize"), as_name(border, "border"), as_out(out, array.shape, array)
    )

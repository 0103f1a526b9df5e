from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import UINT8, Array, as_image, as_out

if TYPE_CHECKING:
    import numpy.typing as npt


def nv12_to_rgb(frame: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn a camera's or video decoder's NV12 frame into RGB.

    Two planes: luma, and below it, at half the resolution, ``U V U V ...``; every four pixels share
    their chroma. BT.601 in video range: luma from 16 to 235, chroma from 16 to 240 around 128.

    Parameters
    ----------
    frame : array_like of shape (H * 3 / 2, W), uint8
        Of an image of even height and width.
    out : ndarray of shape (H, W, 3), uint8, optional
        Where to write; must not overlap `frame`.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        R, G, B: ``R = 1.164 (Y - 16) + 1.596 V'``, ``G = 1.164 (Y - 16) - 0.391 U' - 0.813 V'``,
        ``B = 1.164 (Y - 16) + 2.018 U'``, where ``U' = U - 128``; luma below 16 counts as 16.
        Within 1 of OpenCV's ``COLOR_YUV2RGB_NV12`` and equal to it in all but one value of 150. The
        same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `frame` is not uint8.
    ValueError
        If `frame` has another shape, a height not divisible by 3 or an odd width.

    References
    ----------
    ITU-R Recommendation BT.601-7, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> frame = np.full((720, 640), 128, np.uint8)  # 640 x 480 pixels without color
    >>> image = im.color.nv12_to_rgb(frame)
    >>> image.shape, image[0, 0].tolist()
    ((480, 640, 3), [130, 130, 130])
    """
    array = as_image(frame, (UINT8,), "frame")
    if array.ndim != 2:
        raise ValueError(f"frame must have shape (H * 3 / 2, W), got {array.shape}")
    shape = (array.shape[0] // 3 * 2, array.shape[1], 3)
    return _core.color.nv12_to_rgb(array, as_out(out, shape, array))


def yuyv_to_rgb(frame: npt.ArrayLike, *, out: Array | None = None) -> Array:
    """Turn a camera's YUYV frame, also called YUY2, into RGB.

    Every pixel has its luma, every two in a row share their chroma: ``Y U Y V ...``. BT.601 in
    video range: luma from 16 to 235, chroma from 16 to 240 around 128.

    Parameters
    ----------
    frame : array_like of shape (H, W, 2), uint8
        Luma, and by turns U and V; W is even.
    out : ndarray of shape (H, W, 3), uint8, optional
        Where to write; must not overlap `frame`.

    Returns
    -------
    ndarray of shape (H, W, 3), uint8
        R, G, B by the formula of :func:`nv12_to_rgb`. Within 1 of OpenCV's ``COLOR_YUV2RGB_YUY2``
        and equal to it in all but one value of 150. The same bits on every CPU and with any number
        of threads.

    Raises
    ------
    TypeError
        If `frame` is not uint8.
    ValueError
        If `frame` has another shape or an odd width.

    References
    ----------
    ITU-R Recommendation BT.601-7, 2011.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> frame = np.array([[[81, 90], [81, 240]]], np.uint8)  # two red pixels
    >>> im.color.yuyv_to_rgb(frame)
    array([[[254,   0,   0],
            [254,   0,   0]]], dtype=uint8)
    """
    array = as_image(frame, (UINT8,), "frame")
    if array.ndim != 3:
        raise ValueError(f"frame must have shape (H, W, 2), got {array.shape}")
    return _core.color.yuyv_to_rgb(array, as_out(out, (*array.shape[:2], 3), array))

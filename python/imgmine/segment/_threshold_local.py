from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_float, as_gray_image, as_name
from ._window import as_window

if TYPE_CHECKING:
    import numpy.typing as npt


def threshold_local(
    image: npt.ArrayLike,
    size: int | tuple[int, int],
    *,
    method: str = "mean",
    offset: float = 0.0,
    border: str = "reflect101",
) -> Array:
    """Find a threshold for each pixel: the mean of the window around it.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
        Gray.
    size : int or (int, int)
        Side of the window in pixels, or its height and width; odd, from 1 to 255.
    method : {"mean", "gaussian"}
        Whether all pixels of the window count alike, or by a Gaussian of a standard deviation of
        ``(size - 1) / 6`` that is cut off at four of them; then the window is a square.
    offset : float, default 0
        What to take off the mean. Above 0, flat areas are above the threshold.
    border : {"reflect101", "reflect", "replicate", "wrap"}
        What lies past the edge of ``a b c d``: ``d c b | a b c d | c b a``,
        ``c b a | a b c d | d c b``, ``a a a | a b c d | d d d``, ``b c d | a b c d | a b c``.

    Returns
    -------
    ndarray of shape (H, W), float32
        Thresholds; the mask is ``image > t``, ink on paper ``image <= t``. Means are the floats
        nearest to the exact ones. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8, or another argument of a wrong type.
    ValueError
        If `image` has another shape, or another argument is out of range.

    See Also
    --------
    threshold_sauvola, threshold_niblack

    Notes
    -----
    The time of ``"mean"`` does not depend on the window. scikit-image's ``threshold_local`` (its
    ``mode="mirror"`` is ``"reflect101"``) but for rounding; OpenCV's ``adaptiveThreshold`` rounds
    the mean to a whole number first, with ``"replicate"``.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> page = np.linspace(60, 220, 40).astype(np.uint8)[None].repeat(9, 0)  # light falls off
    >>> page[4, 5::10] -= 40
    >>> ink = page <= im.segment.threshold_local(page, 9, offset=10)
    >>> np.argwhere(ink).tolist()
    [[4, 5], [4, 15], [4, 25], [4, 35]]
    """
    return _core.segment.threshold_local(
        as_gray_image(image),
        *as_window(size),
        as_name(method, "method"),
        as_float(offset, "offset"),
        as_name(border, "border"),
    )

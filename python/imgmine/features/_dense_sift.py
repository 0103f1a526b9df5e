from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool, as_float, as_gray_image, as_int

if TYPE_CHECKING:
    import numpy.typing as npt


def bin_sizes(sizes: int | Sequence[int]) -> tuple[int, ...]:
    """Return the numbers that `sizes` stands for."""
    several = sizes if isinstance(sizes, Sequence) else (sizes,)
    return tuple(as_int(size, "sizes") for size in several)


def dense_sift(
    image: npt.ArrayLike,
    step: int = 4,
    sizes: int | Sequence[int] = (4, 6, 8, 10),
    *,
    root: bool = False,
    contrast: float = 1.0,
) -> tuple[Array, Array]:
    """Describe places on a grid by upright SIFT descriptors of several sizes.

    Each size sees the image blurred by a Gaussian of variance ``(size / 6)² - 1/4``. A descriptor
    has 4 x 4 bins; a pixel votes by the length of its gradient for the two of eight directions
    next to its own, and for the bins near it by a triangle of two bins' width.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
        Gray.
    step : int, default 4
        Pixels from one place to the next, 1 to 1024.
    sizes : int or sequence of int, default (4, 6, 8, 10)
        Of a bin, in pixels, 1 to 128. The middles of all bins lie inside of the image, so that a
        side of it must have ``3 * size + 1`` pixels for one place.
    root : bool, default False
        Square roots of the values' shares (RootSIFT): Euclidean distances become Hellinger
        distances.
    contrast : float, default 1.0
        Descriptors whose votes' length, in levels per pixel, is below this are zeros.

    Returns
    -------
    places : ndarray of shape (N, 3), float32
        x and y of the middle, in pixels, and the bin size. One size after the other, each row by
        row, in the middle of the image.
    descriptors : ndarray of shape (N, 128), uint8, or float32 if `root`
        Bins row by row, each with its eight directions counterclockwise from the right. Of length
        1, no value above 0.2 before they are scaled again; bytes are 512 times as much, 255 at
        most. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape (use `imgmine.color.rgb2gray`), or `step`, `sizes` or
        `contrast` is out of range.

    Notes
    -----
    The fast mode of VLFeat's ``vl_dsift`` and its wrapper ``vl_phow``, but that directions turn as
    OpenCV's do, pixels outside of the image have no votes, and a bin is weighted by a Gaussian of
    two bins taken at its middle. Where OpenCV describes the same upright keypoints (of diameter
    ``2 * size / 3``) its descriptors are alike, at size 10 to about 0.99 (cosine): it weighs pixels
    and not bins, and blurs every size as this blurs size 10.

    References
    ----------
    D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60, 2004.
    A. Vedaldi, B. Fulkerson, "VLFeat: an open and portable library of computer vision algorithms",
    2008. R. Arandjelović, A. Zisserman, "Three things everyone should know to improve object
    retrieval", CVPR 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.arange(32 * 32, dtype=np.uint8).reshape(32, 32)
    >>> places, descriptors = im.features.dense_sift(image, step=8, sizes=4)
    >>> places.shape, descriptors.shape
    ((9, 3), (9, 128))
    """
    array = as_gray_image(image)
    floats = as_bool(root, "root")
    places, descriptors, _ = _core.features.dense_sift(
        array,
        as_int(step, "step"),
        bin_sizes(sizes),
        floats,
        as_float(contrast, "contrast"),
        floats,
    )
    return places, descriptors

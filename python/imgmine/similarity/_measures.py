"""Two vectors, one number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .. import _core
from .._validate import FLOAT32, UINT8, as_bool, as_vector, from_list
from ._pairwise import VECTOR_DTYPES, in_one_dtype


def _compare(a: npt.ArrayLike, b: npt.ArrayLike, metric: str) -> float:
    dtypes = (UINT8,) if metric == "hamming" else VECTOR_DTYPES
    left, right = as_vector(a, "a", dtypes), as_vector(b, "b", dtypes)
    if left.shape != right.shape:
        raise ValueError(f"a and b must have one size, got {left.shape[1]} and {right.shape[1]}")
    left, right = in_one_dtype(left, right)
    return float(_core.similarity.pairwise(left, right, metric)[0, 0])


def euclidean(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the Euclidean distance, ``sqrt(sum (a - b)²)``.

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8

    Returns
    -------
    float
        At least 0; 0 for equal vectors.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.euclidean([0, 0], [3, 4])
    5.0
    """
    return _compare(a, b, "euclidean")


def l1(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the city-block distance, ``sum |a - b|``.

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8

    Returns
    -------
    float
        At least 0; 0 for equal vectors.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.l1([0, 0], [3, 4])
    7.0
    """
    return _compare(a, b, "l1")


def chi2(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the chi-squared distance of two histograms, ``sum (a - b)² / (a + b)``.

    Terms in which both values are 0 count nothing. OpenCV's ``HISTCMP_CHISQR_ALT`` is twice this.

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8
        Counts or shares, not negative.

    Returns
    -------
    float
        At least 0; 0 for equal vectors.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.chi2([1, 0], [3, 0])
    1.0
    """
    return _compare(a, b, "chi2")


def intersection(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return what two histograms have in common, ``sum min(a, b)`` (Swain and Ballard, 1991).

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8

    Returns
    -------
    float
        1 for equal histograms whose values sum to 1.

    References
    ----------
    M. Swain, D. Ballard, "Color indexing", International Journal of Computer Vision 7, 1991.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.intersection([0.5, 0.5], [0.25, 0.75])
    0.75
    """
    return _compare(a, b, "intersection")


def cosine(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return the cosine of the angle between two vectors, ``a·b / (|a| |b|)``.

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8

    Returns
    -------
    float
        From -1 to 1; 0 where a vector is zero.

    Examples
    --------
    >>> import imgmine as im
    >>> im.similarity.cosine([1, 0], [0, 2])
    0.0
    """
    return _compare(a, b, "cosine")


def pearson(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Return Pearson's correlation: the cosine after each vector's mean is taken off.

    Parameters
    ----------
    a, b : array_like of shape (size,), float32, float16, int8 or uint8

    Returns
    -------
    float
        From -1 to 1; 0 where a vector is constant.

    Examples
    --------
    >>> import imgmine as im
    >>> round(im.similarity.pearson([1, 2, 3], [10, 20, 30]), 6)
    1.0
    """
    return _compare(a, b, "pearson")


def ncc(a: npt.ArrayLike, b: npt.ArrayLike, *, zero_mean: bool = False) -> float:
    """Return the normalized cross-correlation of two images of one shape.

    ``sum a b / sqrt(sum a² sum b²)``, or with `zero_mean` the same after each image's mean is
    taken off, which a change of brightness does not alter.

    Parameters
    ----------
    a, b : array_like of any one shape, float32, float16, int8 or uint8
    zero_mean : bool, default False
        Take the means off first.

    Returns
    -------
    float
        From -1 to 1; 0 where an image is zero (with `zero_mean`: constant).

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.array([[10, 20], [30, 40]], np.uint8)
    >>> round(im.similarity.ncc(image, 2 * image), 6)
    1.0
    """
    left = a if isinstance(a, np.ndarray) else from_list(a, "a", FLOAT32)
    right = b if isinstance(b, np.ndarray) else from_list(b, "b", FLOAT32)
    if left.shape != right.shape:
        raise ValueError(f"a and b must have one shape, got {left.shape} and {right.shape}")
    return _compare(
        left.ravel(), right.ravel(), "pearson" if as_bool(zero_mean, "zero_mean") else "cosine"
    )


def hamming(a: npt.ArrayLike, b: npt.ArrayLike) -> int:
    """Return the number of bits in which two packed bit strings differ.

    Parameters
    ----------
    a, b : array_like of shape (size,), uint8
        Eight bits a byte, as a fingerprint has them.

    Returns
    -------
    int
        From 0 to ``8 * size``.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.similarity.hamming(np.array([0b1100], np.uint8), np.array([0b1010], np.uint8))
    2
    """
    return int(_compare(a, b, "hamming"))

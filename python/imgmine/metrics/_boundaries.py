"""How near the outlines of regions are to the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import as_int
from ._label_images import as_label_images

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array


def boundary_recall(labels: npt.ArrayLike, truth: npt.ArrayLike, *, tolerance: int = 2) -> float:
    """Return the share of the true boundaries that have a boundary of the labels nearby.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
        Regions and true regions. A boundary pixel is one that has a pixel of another label above,
        below, to the left or to the right.
    tolerance : int
        How far apart boundaries may be, in pixels, along rows and columns alike (a square of side
        ``2 * tolerance + 1``); from 0 to 32767.

    Returns
    -------
    float
        From 0 to 1; 1 if `truth` has no boundary. It rises with the number of regions: compare at
        equal numbers.

    Raises
    ------
    TypeError
        If `labels` or `truth` does not hold whole numbers.
    ValueError
        If they are empty, have different shapes or are not of shape (H, W), or `tolerance` is out
        of range.

    See Also
    --------
    boundary_precision, boundary_f1

    References
    ----------
    D. Stutz, A. Hermans, B. Leibe, "Superpixels: An evaluation of the state-of-the-art", Computer
    Vision and Image Understanding 166, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> truth = np.repeat([[1, 2]], 8, 1)  # the boundary is between columns 7 and 8
    >>> im.metrics.boundary_recall(np.roll(truth, 2), truth, tolerance=1)
    0.5
    """
    ours, true = map(_boundaries, as_label_images(labels, truth))
    return _near(true, ours, tolerance)


def boundary_precision(labels: npt.ArrayLike, truth: npt.ArrayLike, *, tolerance: int = 2) -> float:
    """Return the share of the boundaries of the labels that have a true boundary nearby.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
    tolerance : int
        As in `boundary_recall`.

    Returns
    -------
    float
        From 0 to 1; 1 if `labels` has no boundary.

    Raises
    ------
    TypeError, ValueError
        As `boundary_recall`.

    See Also
    --------
    boundary_recall, boundary_f1

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> truth = np.repeat([[1, 2]], 8, 1)
    >>> labels = np.repeat([[1, 2, 3, 4]], 4, 1)  # one boundary of three is true
    >>> round(im.metrics.boundary_precision(labels, truth), 4)
    0.3333
    """
    ours, true = map(_boundaries, as_label_images(labels, truth))
    return _near(ours, true, tolerance)


def boundary_f1(labels: npt.ArrayLike, truth: npt.ArrayLike, *, tolerance: int = 2) -> float:
    """Return the harmonic mean of `boundary_recall` and `boundary_precision`.

    Parameters
    ----------
    labels, truth : array_like of shape (H, W), any whole numbers
    tolerance : int
        As in `boundary_recall`.

    Returns
    -------
    float
        From 0 to 1; 0 where both are 0.

    Raises
    ------
    TypeError, ValueError
        As `boundary_recall`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> truth = np.repeat([[1, 2]], 8, 1)
    >>> im.metrics.boundary_f1(np.repeat([[1, 2, 3, 4]], 4, 1), truth)
    0.5
    """
    recall = boundary_recall(labels, truth, tolerance=tolerance)
    precision = boundary_precision(labels, truth, tolerance=tolerance)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def _near(wanted: npt.NDArray[np.bool_], there: npt.NDArray[np.bool_], tolerance: int) -> float:
    """Return the share of the pixels wanted that have one that is there nearby."""
    reach = as_int(tolerance, "tolerance")
    if not 0 <= reach <= 32767:
        raise ValueError(f"tolerance must be from 0 to 32767, got {reach}")
    total = int(np.count_nonzero(wanted))
    if total == 0:
        return 1.0
    square = 2 * reach + 1, 2 * reach + 1
    near = _core.filters.dilate(there.view(np.uint8), square, None, 1, "constant")
    return int(np.count_nonzero(near.view(np.bool_) & wanted)) / total


def _boundaries(labels: Array) -> npt.NDArray[np.bool_]:
    """Tell which pixels have one of another label above, below, to the left or to the right.

    The core's `find_boundaries` takes int32: to number the labels first takes longer than this.
    """
    found = np.zeros(labels.shape, np.bool_)
    across, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    found[:, 1:] |= across
    found[:, :-1] |= across
    found[1:] |= down
    found[:-1] |= down
    return found

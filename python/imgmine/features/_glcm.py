from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_bool, as_gray_image, as_int
from ._masks import as_labels_of, as_mask_of, refuse_both
from ._texture import DIRECTIONS, as_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def offsets_of(
    distances: float | Sequence[float], angles: float | Sequence[float]
) -> tuple[list[tuple[float, float]], int, int]:
    """Return rows and columns from a pixel to its partners, and how many of each there are."""
    lengths = as_numbers(distances, "distances")
    directions = as_numbers(angles, "angles")
    if any(abs(length) > 1e6 for length in lengths):
        raise ValueError(f"distances must be at most 1e6, got {distances}")
    if len(lengths) * len(directions) > 256:
        raise ValueError("distances and angles must make at most 256 pairs")
    offsets = [(math.sin(a) * d, math.cos(a) * d) for d in lengths for a in directions]
    return offsets, len(lengths), len(directions)


def as_levels(levels: int) -> int:
    """Return `levels` if there can be so many."""
    count = as_int(levels, "levels")
    if not 1 <= count <= 256:
        raise ValueError(f"levels must be from 1 to 256, got {levels}")
    return count


def glcm(
    image: npt.ArrayLike,
    distances: float | Sequence[float] = (1,),
    angles: float | Sequence[float] = DIRECTIONS,
    levels: int = 256,
    *,
    symmetric: bool = False,
    normalize: bool = False,
    quantize: bool = False,
    mask: npt.ArrayLike | None = None,
    labels: npt.ArrayLike | None = None,
) -> Array:
    """Count which gray levels stand at which distance: the gray-level co-occurrence matrix.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
        Values below `levels`.
    distances : float or sequence of D floats, default (1,)
        From a pixel to its partner, in pixels.
    angles : float or sequence of A floats, default (0, pi / 4, pi / 2, 3 pi / 4)
        In which direction it stands, in radians: 0 is to the right, ``pi / 2`` below. The partner
        is ``distance * sin(angle)`` rows and ``distance * cos(angle)`` columns away, rounded half
        up.
    levels : int, default 256
        Gray levels that are told apart, 1 to 256.
    symmetric : bool, default False
        Count each pair in both orders.
    normalize : bool, default False
        Divide each matrix by its sum, where it is not 0.
    quantize : bool, default False
        Scale values of 256 levels to `levels` first: ``value * levels // 256``.
    mask : array_like of shape (H, W), bool, optional
        Count only pairs of which both pixels are True.
    labels : array_like of shape (H, W), int32, optional
        Regions, counted each for itself: pairs within one. 0 is background.

    Returns
    -------
    ndarray of shape (levels, levels, D, A), uint32, or float64 if normalized
        At ``[i, j, d, a]`` how often j is the level of the partner of a pixel of level i; with
        labels, behind an axis of ``labels.max()`` regions. The counts of scikit-image's
        ``graycomatrix``. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image`, `mask` or `labels` has another dtype.
    ValueError
        If a shape is wrong, an argument out of range, or a value of the image not below `levels`
        without `quantize`.

    Notes
    -----
    On a GPU there are neither masks nor labels; of a batch (N, H, W, 1) each image has its matrix.
    With fewer than 256 levels and without `quantize` the call waits for the GPU, as it judges the
    values.

    References
    ----------
    R. M. Haralick, K. Shanmugam, I. Dinstein, "Textural features for image classification", IEEE
    Transactions on Systems, Man, and Cybernetics 3 (6), 1973.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.array([[0, 0, 1], [0, 1, 1]], np.uint8)
    >>> im.features.glcm(image, 1, 0, levels=2)[:, :, 0, 0]
    array([[1, 2],
           [0, 1]], dtype=uint32)
    """
    offsets, _, n_angles = offsets_of(distances, angles)
    refuse_both(mask, labels)
    array = as_gray_image(image, gpu=True)
    regions, n_labels = as_labels_of(labels, array)
    return version_for(array, _core.features.glcm)(
        array,
        offsets,
        n_angles,
        as_levels(levels),
        as_bool(symmetric, "symmetric"),
        as_bool(normalize, "normalize"),
        as_bool(quantize, "quantize"),
        as_mask_of(mask, array),
        regions,
        n_labels,
    )

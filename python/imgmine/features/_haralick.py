from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_bool, as_gray_image
from ._descriptor import Descriptor, as_gray, plain
from ._glcm import as_levels, offsets_of
from ._masks import as_mask_of
from ._texture import DIRECTIONS, as_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

N_FEATURES = 13
SQUARES = (1, 3, 6, 9)


def haralick(
    image: npt.ArrayLike,
    distances: float | Sequence[float] = (1,),
    levels: int = 256,
    *,
    angles: float | Sequence[float] = DIRECTIONS,
    per_direction: bool = False,
    mask: npt.ArrayLike | None = None,
) -> Array:
    """Compute Haralick's 13 texture features.

    They are, of the symmetric `glcm` of each distance and angle: angular second moment, contrast,
    correlation, variance, inverse difference moment, sum average, sum variance, sum entropy,
    entropy, difference variance, difference entropy, and two information measures of correlation.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    distances : float or sequence of D floats, default (1,)
        From a pixel to its partner, in pixels; as in `glcm`.
    levels : int, default 256
        Values are scaled to so many, ``value * levels // 256``.
    angles : float or sequence of A floats, default (0, pi / 4, pi / 2, 3 pi / 4)
    per_direction : bool, default False
        Return the features of every angle instead of their mean and range.
    mask : array_like of shape (H, W), bool, optional
        Count only pairs of which both pixels are True.

    Returns
    -------
    ndarray of shape (D * 26,), float32, or (D, A, 13) if per direction
        For each distance the 13 features' means over the angles, then their ranges, which tell
        how the texture is directed. Zeros where there is no pair. The same bits on every CPU and
        with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8, or `mask` not bool.
    ValueError
        If a shape is wrong, or an argument out of range.

    Notes
    -----
    With 256 levels and distance 1 these are the values of mahotas' ``haralick(image,
    use_x_minus_y_variance=True)``, within 1e-5: levels count from 0, logarithms are to base 2, sum
    variance is about the sum average (Haralick's paper says sum entropy). Without that argument
    mahotas takes the variance of the shares for the difference variance. At larger distances its
    diagonal partners are `distance` rows and columns away; here they are on the circle, as in
    scikit-image. Of an image without variance, correlation is 1.

    On a GPU there are no masks, and each image of a batch (N, H, W, 1) has its row. Values there
    are within 1e-6 of themselves or of 1; the correlation, which the CPU takes the difference of
    two large sums for, within 1e-11 over the variance more.

    References
    ----------
    R. M. Haralick, K. Shanmugam, I. Dinstein, "Textural features for image classification", IEEE
    Transactions on Systems, Man, and Cybernetics 3 (6), 1973.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> stripes = np.tile(np.array([0, 255], np.uint8), (4, 4))
    >>> mean, spread = im.features.haralick(stripes, levels=2).reshape(2, 13)
    >>> mean[1], spread[1]
    (np.float32(0.75), np.float32(1.0))
    """
    offsets, _, n_angles = offsets_of(distances, angles)
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.haralick)(
        array,
        offsets,
        n_angles,
        as_levels(levels),
        as_bool(per_direction, "per_direction"),
        as_mask_of(mask, array),
    )


def largest(levels: int) -> Array:
    """Return by what each feature, or the root of a square, is divided."""
    most, bits = max(levels - 1, 1), max((levels - 1).bit_length(), 1)
    found = np.ones(N_FEATURES, np.float32)
    found[[1, 3, 9]], found[[5, 6]] = most, 2 * most
    found[[7, 10]], found[8] = bits + 1, 2 * bits
    return found


def scaled_haralick(vector: Array, squares: Sequence[int], divisors: Array) -> Array:
    """Return features brought to a common scale."""
    table = vector.reshape(-1, N_FEATURES)
    table[:, squares] = np.sqrt(table[:, squares])
    return (table / divisors).ravel()


@dataclass(frozen=True)
class Haralick(Descriptor):
    """Descriptor: `imgmine.features.haralick` of the luma, brought to a common scale.

    Square roots are taken of features that are squares of gray levels (contrast, variances); then
    lengths in gray levels are divided by the largest, entropies by that of as many levels, so that
    all numbers lie within [-1, 1], but for the range of correlations, which may be 2.

    Parameters
    ----------
    distances : sequence of floats, default (1,)
    levels : int, default 32
    angles : sequence of floats, default (0, pi / 4, pi / 2, 3 pi / 4)

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.Haralick()(np.full((9, 9, 3), 255, np.uint8))[:3]
    array([1., 0., 1.], dtype=float32)
    """

    of_gray = True

    distances: tuple[float, ...] = (1,)
    levels: int = 32
    angles: tuple[float, ...] = DIRECTIONS

    def __post_init__(self) -> None:
        for field in ("distances", "angles"):
            numbers = as_numbers(getattr(self, field), field)
            object.__setattr__(self, field, tuple(plain(number) for number in numbers))
        offsets_of(self.distances, self.angles)
        object.__setattr__(self, "levels", as_levels(self.levels))

    def __call__(self, image: Array) -> Array:
        gray = as_gray(image)
        vector = haralick(gray, self.distances, self.levels, angles=self.angles)
        return version_for(gray, scaled_haralick)(vector, SQUARES, largest(self.levels))

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return len(self.distances) * 2 * N_FEATURES

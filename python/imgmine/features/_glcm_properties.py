from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import Array, as_name, to_array
from ._descriptor import Descriptor, as_gray, plain
from ._glcm import as_levels, glcm, offsets_of
from ._texture import DIRECTIONS, as_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

PROPERTIES = (
    "contrast",
    "dissimilarity",
    "homogeneity",
    "ASM",
    "energy",
    "correlation",
    "mean",
    "variance",
    "std",
    "entropy",
)


def as_property(name: str) -> str:
    """Return `name` if there is a property of it."""
    if as_name(name, "prop") not in PROPERTIES:
        raise ValueError(f"prop must be {' or '.join(map(repr, PROPERTIES))}, got {name!r}")
    return name


def glcm_properties(matrix: npt.ArrayLike, prop: str | None = None) -> Array | dict[str, Array]:
    """Compute properties of gray-level co-occurrence matrices.

    Each matrix P is divided by its sum first. With i and j the levels: "contrast" is the sum of
    ``P (i - j)**2``, "dissimilarity" of ``P |i - j|``, "homogeneity" of ``P / (1 + (i - j)**2)``,
    "ASM" of ``P**2`` and "energy" its root, "entropy" of ``-P log(P)``; "mean", "variance" and
    "std" are those of i, "correlation" is that of i and j (1 where one does not vary).

    Parameters
    ----------
    matrix : array_like of shape (levels, levels, D, A), of whole or real numbers, not negative
        As from `glcm`.
    prop : str, optional
        One of the names above; default: all of them.

    Returns
    -------
    ndarray of shape (D, A), float64, or a dict of them by name
        As of scikit-image's ``graycoprops``, within 1e-12. The same bits on every CPU.

    Raises
    ------
    TypeError
        If `matrix` does not hold numbers.
    ValueError
        If it has another shape, or a number that is negative or not finite, or if there is no
        property `prop`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> matrix = im.features.glcm(np.array([[0, 0, 1], [0, 1, 1]], np.uint8), 1, 0, levels=2)
    >>> im.features.glcm_properties(matrix, "contrast")
    array([[0.5]])
    """
    array = to_array(matrix, "matrix")
    if prop is not None:
        as_property(prop)
    if array.dtype.kind not in "uif":
        raise TypeError(f"matrix must hold numbers, got {array.dtype}")
    if array.ndim != 4 or array.shape[0] != array.shape[1] or not array.size:
        raise ValueError(f"matrix must have shape (levels, levels, D, A), got {array.shape}")
    tables = np.ascontiguousarray(array.transpose(2, 3, 0, 1), np.float64)
    if not (np.isfinite(tables) & (tables >= 0)).all():
        raise ValueError("matrix must hold finite numbers, none negative")
    values = _core.features.glcm_properties(tables.reshape(-1, *array.shape[:2]))
    by_name = {
        name: np.ascontiguousarray(values[:, i]).reshape(array.shape[2:])
        for i, name in enumerate(PROPERTIES)
    }
    return by_name if prop is None else by_name[prop]


@dataclass(frozen=True)
class GLCMProperties(Descriptor):
    """Descriptor: `imgmine.features.glcm_properties` of the luma, averaged over the angles.

    The luma is scaled to `levels`, pairs are counted in both orders. Of each property there are a
    number for every distance; lengths in gray levels are divided by the largest there can be, so
    that all numbers lie within [-1, 1].

    Parameters
    ----------
    distances : sequence of floats, default (1,)
    angles : sequence of floats, default (0, pi / 4, pi / 2, 3 pi / 4)
    levels : int, default 32
    props : sequence of str, default all but "ASM", "variance" and "contrast"
        Those left out are squares of others, or close to them.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.GLCMProperties(props=("std", "correlation"))(np.zeros((9, 9), np.uint8))
    array([0., 1.], dtype=float32)
    """

    of_gray = True

    distances: tuple[float, ...] = (1,)
    angles: tuple[float, ...] = DIRECTIONS
    levels: int = 32
    props: tuple[str, ...] = (
        "dissimilarity",
        "homogeneity",
        "energy",
        "correlation",
        "mean",
        "std",
        "entropy",
    )

    def __post_init__(self) -> None:
        for field in ("distances", "angles"):
            numbers = as_numbers(getattr(self, field), field)
            object.__setattr__(self, field, tuple(plain(number) for number in numbers))
        offsets_of(self.distances, self.angles)
        object.__setattr__(self, "levels", as_levels(self.levels))
        props: Any = self.props
        if not isinstance(props, Sequence) or isinstance(props, str) or not props:
            raise ValueError(f"props must be a sequence of names, got {props!r}")
        object.__setattr__(self, "props", tuple(as_property(name) for name in self.props))

    def _scale(self, prop: str) -> float:
        """Return what a property is multiplied with."""
        most = max(self.levels - 1, 1)
        if prop in ("dissimilarity", "mean", "std"):
            return 1 / most
        if prop in ("contrast", "variance"):
            return 1 / most**2
        return 1 / (2 * 5.545177444479562) if prop == "entropy" else 1.0  # 2 log(256)

    def __call__(self, image: Array) -> Array:
        matrix = glcm(
            as_gray(image), self.distances, self.angles, self.levels, symmetric=True, quantize=True
        )
        values = glcm_properties(matrix)
        columns = [values[prop] * self._scale(prop) for prop in self.props]
        means = [
            sum(column[:, a] for a in range(column.shape[1])) / column.shape[1]
            for column in columns
        ]  # one order on every machine
        return np.concatenate(means).astype(np.float32)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return len(self.distances) * len(self.props)

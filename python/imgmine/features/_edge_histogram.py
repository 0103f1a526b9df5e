from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import Array, as_bool, as_float, as_gray_image, as_int
from ._descriptor import FusedDescriptor, as_gray, plain

if TYPE_CHECKING:
    import numpy.typing as npt


def edge_histogram(
    image: npt.ArrayLike,
    *,
    n_blocks: int = 1100,
    threshold: float = 11.0,
    quantize: bool = False,
    larger_parts: bool = False,
) -> Array:
    """Count where an image has edges of five kinds: the edge histogram of MPEG-7.

    The image is cut into some 1100 square blocks. A block of two by two quarters shows the edge to
    which the means of its quarters answer most, if they do so by at least `threshold`: vertical,
    horizontal, 45 degrees, 135 degrees, or none of these.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    n_blocks : int, default 1100
        About how many blocks the image is cut into; their side is even, at least 2. What is left
        over at the right and below is not looked at.
    threshold : float, default 11
        0 or more.
    quantize : bool, default False
        Return the levels 0 to 7 that the standard writes down, in place of shares. (The standard's
        uneven steps make rare kinds of edges count as much as common ones.)
    larger_parts : bool, default False
        Append the means of shares over the whole image and over 13 groups of parts (rows, columns,
        squares), as the standard's way of comparing does. Not with `quantize`.

    Returns
    -------
    ndarray of shape (80,) or (150,), float32
        For each of 4 x 4 parts of the image, row by row, the share of its blocks with an edge of
        each kind. The same bits on every CPU and with any number of threads, and on a GPU, where
        each image of a batch has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or a parameter is out of range.

    References
    ----------
    ISO/IEC 15938-3, MPEG-7 Visual; C. S. Won, D. K. Park and S.-J. Park, "Efficient use of MPEG-7
    edge histogram descriptor", ETRI Journal 24, 2002, doi:10.4218/etrij.02.0102.0103.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> stripes = np.tile(np.uint8([0, 200]), (64, 32))
    >>> im.features.edge_histogram(stripes)[:5]
    array([1., 0., 0., 0., 0.], dtype=float32)
    """
    quantize, larger_parts = as_bool(quantize, "quantize"), as_bool(larger_parts, "larger_parts")
    if quantize and larger_parts:
        raise ValueError("quantize and larger_parts must not both be True")
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.edge_histogram)(
        array,
        as_int(n_blocks, "n_blocks"),
        as_float(threshold, "threshold"),
        quantize,
        larger_parts,
    )


@dataclass(frozen=True)
class EdgeHistogram(FusedDescriptor):
    """Descriptor: `imgmine.features.edge_histogram` of the gray image.

    Parameters
    ----------
    n_blocks : int, default 1100
    threshold : float, default 11
    quantize : bool, default False
    larger_parts : bool, default False

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.EdgeHistogram()(np.zeros((64, 64, 3), np.uint8)).shape
    (80,)
    """

    n_blocks: int = 1100
    threshold: float = 11.0
    quantize: bool = False
    larger_parts: bool = False

    of_gray: ClassVar[bool] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_blocks", as_int(self.n_blocks, "n_blocks"))
        object.__setattr__(self, "threshold", plain(as_float(self.threshold, "threshold")))
        for name in ("quantize", "larger_parts"):
            object.__setattr__(self, name, as_bool(getattr(self, name), name))
        self(np.zeros((0, 0), np.uint8))

    def __call__(self, image: Array) -> Array:
        return edge_histogram(
            as_gray(image),
            n_blocks=self.n_blocks,
            threshold=self.threshold,
            quantize=self.quantize,
            larger_parts=self.larger_parts,
        )

    def size(self, channels: int) -> int:  # noqa: ARG002
        return 150 if self.larger_parts else 80

    @property
    def is_fused(self) -> bool:
        return not self.larger_parts

    def add_to(self, plan: _core.features.RecipePlan) -> None:
        plan.add_edge_histogram(self.n_blocks, self.threshold, self.quantize)

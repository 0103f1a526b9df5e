from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import UINT8, Array, as_bool, as_image, as_int, as_name
from ..geometry import resize
from ..geometry._resize import two_sides
from ._descriptor import Descriptor

if TYPE_CHECKING:
    import numpy.typing as npt


def block_norm(normalize: str | None) -> str:
    """Return the core's name of `normalize`."""
    if normalize is None:
        return "none"
    name = as_name(normalize, "normalize")
    if name == "none":
        raise ValueError("normalize must be 'l2-hys', 'l2', 'l1', 'l1-sqrt' or None, got 'none'")
    return name


def hog(
    image: npt.ArrayLike,
    orientations: int = 9,
    cell: int = 8,
    block: int = 2,
    *,
    signed: bool = False,
    interpolation: str = "full",
    normalize: str | None = "l2-hys",
    sqrt: bool = False,
) -> Array:
    """Describe shapes by histograms of oriented gradients (HOG).

    In each cell the lengths of gradients are added up by direction; each block of cells is
    normalized, and blocks overlap by all but one cell.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        Of several channels, each pixel's first one with the longest gradient counts. float32
        values are expected on the scale of 0 to 255, too: what keeps flat blocks from being
        blown up goes by it. A gradient that is infinite or NaN does not count.
    orientations : int, default 9
        1 to 360.
    cell : int, default 8
        Side of a cell in pixels, 1 to 256. Rows and columns that do not fill one are left out.
    block : int, default 2
        Side of a block in cells, 1 to 4.
    signed : bool, default False
        Tell light to dark from dark to light: orientations over 360 degrees, not 180.
    interpolation : {"full", "orientation", "none"}, default "full"
        How a pixel is shared out. "full": between the two nearest orientations and the nearest
        cells of each block, weighted by a Gaussian over the block, as Dalal and Triggs do; blocks
        are those of OpenCV's ``HOGDescriptor`` (see Notes). "orientation": between orientations
        only. "none": not at all, as scikit-image's ``hog``; faster, and coarser.
    normalize : {"l2-hys", "l2", "l1", "l1-sqrt", None}, default "l2-hys"
        Divide each block by its Euclidean length, clip at 0.2 and divide again; or by its length;
        or by its sum, and take roots; or leave it.
    sqrt : bool, default False
        Take gradients of the square roots of values, which evens out light and shade; OpenCV's
        ``gammaCorrection``, scikit-image's ``transform_sqrt``.

    Returns
    -------
    ndarray of shape (n,), float32
        Blocks row by row, in each its cells row by row, in each its orientations:
        ``.reshape(H // cell - block + 1, W // cell - block + 1, block, block, orientations)``.
        Of length 0 where the image does not hold a block. The same bits on every CPU and with any
        number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32.
    ValueError
        If `image` has another shape, or a parameter is out of range.

    Notes
    -----
    "none" gives what scikit-image gives, in its order, to 1e-5. "full" gives what OpenCV gives for
    one window of the image's size, to 1e-3, where its quick arc tangent errs; this one is right to
    3e-5. OpenCV's vector runs down columns: transpose the first two axes and the next two. Its
    ``gammaCorrection``, on by default there, is `sqrt` here. On a GPU each image of a batch has its
    row of the result.

    References
    ----------
    N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005,
    doi:10.1109/CVPR.2005.177.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.tile(np.arange(0, 64, 2, dtype=np.uint8), (32, 1))
    >>> blocks = im.features.hog(ramp, orientations=4).reshape(3, 3, 2, 2, 4)
    >>> blocks[1, 1, 0, 0].round(2)
    array([0.35, 0.  , 0.  , 0.35], dtype=float32)
    """
    array = as_image(image, gpu=True)
    return version_for(array, _core.features.hog)(
        array,
        as_int(orientations, "orientations"),
        as_int(cell, "cell"),
        as_int(block, "block"),
        as_bool(signed, "signed"),
        as_name(interpolation, "interpolation"),
        block_norm(normalize),
        as_bool(sqrt, "sqrt"),
    )


@dataclass(frozen=True)
class HOG(Descriptor):
    """Descriptor: `imgmine.features.hog` of the image brought to a fixed size.

    Parameters
    ----------
    orientations : int, default 9
    cell : int, default 16
    block : int, default 2
    shape : (int, int), default (64, 64)
        Height and width to which the image is resized first, whatever its aspect, by area
        (`imgmine.geometry.resize`); must hold a block.
    signed : bool, default False
    interpolation : {"full", "orientation", "none"}, default "full"
    normalize : {"l2-hys", "l2", "l1", "l1-sqrt", None}, default "l2-hys"
    sqrt : bool, default False

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.HOG()(np.zeros((90, 70, 3), np.uint8)).shape
    (324,)
    """

    orientations: int = 9
    cell: int = 16
    block: int = 2
    shape: tuple[int, int] = (64, 64)
    signed: bool = False
    interpolation: str = "full"
    normalize: str | None = "l2-hys"
    sqrt: bool = False

    of_gray: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name in ("orientations", "cell", "block"):
            object.__setattr__(self, name, as_int(getattr(self, name), name))
        for name in ("signed", "sqrt"):
            object.__setattr__(self, name, as_bool(getattr(self, name), name))
        height, width = two_sides(self.shape)
        object.__setattr__(self, "shape", (height, width))
        self._of(np.zeros((0, 0), UINT8))
        least = self.cell * self.block
        if min(height, width) < least:
            raise ValueError(f"shape must hold a block of {least} pixels, got {self.shape}")
        if max(height, width) > 4096:
            raise ValueError(f"shape must be at most (4096, 4096), got {self.shape}")

    def _of(self, image: Array) -> Array:
        return hog(
            image,
            self.orientations,
            self.cell,
            self.block,
            signed=self.signed,
            interpolation=self.interpolation,
            normalize=self.normalize,
            sqrt=self.sqrt,
        )

    def __call__(self, image: Array) -> Array:
        array = as_image(image, (UINT8,), gpu=True)
        if 0 in array.shape[:2]:  # nothing to resize
            return self._of(np.zeros(self.shape, np.uint8))
        return self._of(resize(array, self.shape))

    def size(self, channels: int) -> int:  # noqa: ARG002
        down, across = (side // self.cell - self.block + 1 for side in self.shape)
        return down * across * self.block**2 * self.orientations

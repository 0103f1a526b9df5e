from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from .. import _core
from .._samples import as_seed
from .._validate import FLOAT32, UINT8, Array, as_bool, as_float, as_int, as_name
from ._layer import Pair, as_pair


@dataclass(frozen=True)
class Augment:
    """Pictures moved at random, anew in each epoch, so that a network sees more than there are.

    Parameters
    ----------
    shift : float or (float, float), default 0
        Whole pixels up to this, each way: of height and width.
    flip : bool, default False
        Whether half of them are mirrored, left and right.
    rotate : float, default 0.0
        Degrees up to this, each way, about the center; at most 180.
    scale : float, default 0.0
        By 1 - scale to 1 + scale, about the center; at most 0.99.
    crop : int or (int, int), optional
        Height and width of a part, at a random place, that is taken in place of the whole. What is
        not augmented, as the pictures of a validation, has its middle taken.
    border : {"constant", "reflect101", "reflect", "replicate", "wrap"}
        What lies past the edge, as in `imgmine.geometry.warp_affine`; default "reflect101".
    value : float, default 0.0
        The constant.

    Notes
    -----
    What is drawn depends on seed, epoch and the picture's number alone. Pictures that are neither
    turned nor scaled keep their values, the others' are interpolated linearly; the same bits on
    every CPU and with any number of threads.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> augment = im.nn.Augment(shift=2, flip=True, rotate=10)
    >>> images = np.zeros((5, 28, 28, 1), np.uint8)
    >>> augment(images, random_state=0, epoch=3).shape
    (5, 28, 28, 1)
    """

    _: KW_ONLY
    shift: float | tuple[float, float] = (0.0, 0.0)
    flip: bool = False
    rotate: float = 0.0
    scale: float = 0.0
    crop: int | Pair | None = None
    border: str = "reflect101"
    value: float = 0.0

    def __post_init__(self) -> None:
        pair = self.shift if isinstance(self.shift, (tuple, list)) else (self.shift, self.shift)
        if len(pair) != 2:
            raise ValueError(f"shift must be a number or two of height and width, got {pair!r}")
        self._set("shift", tuple(as_float(x, "shift") for x in pair))
        self._set("flip", as_bool(self.flip, "flip"))
        self._set("rotate", as_float(self.rotate, "rotate"))
        self._set("scale", as_float(self.scale, "scale"))
        self._set("crop", None if self.crop is None else as_pair(self.crop, "crop"))
        self._set("border", as_name(self.border, "border"))
        self._set("value", as_float(self.value, "value"))

    def _set(self, key: str, value: Any) -> None:
        object.__setattr__(self, key, value)

    def __call__(
        self,
        images: Array,
        rows: Array | None = None,
        *,
        random_state: int | None = 0,
        epoch: int = 0,
    ) -> Array:
        """Return pictures moved at random.

        Parameters
        ----------
        images : ndarray of shape (n, H, W, C), uint8 or float32
        rows : ndarray of int64, optional
            Which of them. Default: all.
        random_state : int, default 0
        epoch : int, default 0

        Returns
        -------
        ndarray of shape (len(rows), H, W, C), of the dtype of `images`
        """
        images = as_images(images)
        if rows is None:
            rows = np.arange(len(images), dtype=np.int64)
        shift_y, shift_x = self.shift  # type: ignore[misc]
        return _core.nn.augment(
            images,
            rows,
            shift_y,
            shift_x,
            self.flip,
            self.rotate,
            self.scale,
            self.border,
            self.value,
            as_seed(random_state),
            as_int(epoch, "epoch"),
            *self._size_of(images),
        )

    def _size_of(self, images: Array) -> Pair:
        if self.crop is None:
            return images.shape[1], images.shape[2]
        return as_pair(self.crop, "crop")

    def center(self, images: Array) -> Array:
        """Return the middle of pictures, of the size that `crop` says.

        Parameters
        ----------
        images : ndarray of shape (n, H, W, C)

        Returns
        -------
        ndarray
        """
        height, width = self._size_of(images)
        if height > images.shape[1] or width > images.shape[2]:
            raise ValueError(f"crop must not be larger than the images, got {(height, width)}")
        top, left = (images.shape[1] - height) // 2, (images.shape[2] - width) // 2
        return images[:, top : top + height, left : left + width]


def as_augment(value: Any) -> Augment | None:
    """Return an `Augment`, or None."""
    if value is not None and not isinstance(value, Augment):
        raise TypeError(f"augment must be an Augment or None, got {type(value).__name__}")
    return value


def as_images(images: Any) -> Array:
    """Return images of one size as a contiguous array of shape (n, H, W, C)."""
    array = np.asarray(images)
    if array.dtype not in (UINT8, FLOAT32):
        raise TypeError(f"images must be uint8 or float32, got {array.dtype}")
    if array.ndim != 4:
        raise ValueError(f"images must have shape (n, H, W, C), got {array.shape}")
    return np.ascontiguousarray(array)

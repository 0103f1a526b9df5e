from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .._validate import Array


@dataclass(frozen=True, eq=False)
class Keypoints:
    """Places in an image that can be found again in another picture of the same thing.

    A list of them, column by column; ``len`` counts them and an index, a slice, or an array of
    either indices or bools picks some.

    Attributes
    ----------
    xy : ndarray of shape (n, 2), float32
        Columns and rows of their centers; the first pixel's center is (0, 0).
    size : ndarray of shape (n,), float32
        Diameter of the neighborhood that counts, in pixels.
    angle : ndarray of shape (n,), float32
        Direction in degrees, [0, 360), clockwise from the right; -1 where there is none.
    response : ndarray of shape (n,), float32
        The larger, the more distinct; in units of the detector's own.
    octave : ndarray of shape (n,), int32
        Which image of the detector's pyramid it was found in; 0 is the image itself.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((20, 20), np.uint8)
    >>> image[10, 10] = 255
    >>> keypoints = im.features.fast(image)
    >>> len(keypoints), keypoints[:1].xy.shape
    (1, (1, 2))
    """

    xy: Array
    size: Array
    angle: Array
    response: Array
    octave: Array

    def __len__(self) -> int:
        return len(self.xy)

    def __getitem__(self, which: Any) -> Keypoints:
        rows = np.atleast_1d(np.arange(len(self))[which])
        return Keypoints(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __repr__(self) -> str:
        return f"<Keypoints: {len(self)}>"

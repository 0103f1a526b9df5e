"""The one Exif tag that changes how a picture is read: its orientation."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .._validate import Array

_TAG = 0x0112
_SHORT, _LONG = 3, 4


def orientation(exif: bytes) -> int:
    r"""Read the orientation, 1 to 8, from an Exif block; 1 (upright) where none can be read.

    `exif` begins with the TIFF header or with ``Exif\0\0`` before it. Damaged metadata do not
    make a picture unreadable, hence the default instead of an error.
    """
    if exif[:6] == b"Exif\0\0":
        exif = exif[6:]
    endian = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if endian is None or len(exif) < 8:
        return 1
    (start,) = struct.unpack_from(endian + "I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (n_entries,) = struct.unpack_from(endian + "H", exif, start)
    last = min(start + 2 + 12 * n_entries, len(exif) - 11)
    for entry in range(start + 2, last, 12):
        tag, kind = struct.unpack_from(endian + "HH", exif, entry)
        if tag == _TAG and kind in (_SHORT, _LONG):
            value = struct.unpack_from(endian + ("H" if kind == _SHORT else "I"), exif, entry + 8)
            return int(value[0]) if 1 <= value[0] <= 8 else 1
    return 1


def upright(image: Array, orientation: int) -> Array:
    """Turn the pixels of `image` so that a viewer that ignores Exif shows it upright."""
    if orientation == 1:
        return image
    # One item a pixel: NumPy then moves whole pixels, twice as fast as single channels.
    pixels: Array = image
    if image.ndim == 3:
        pixels = image.view(np.dtype((np.void, image.shape[2] * image.itemsize)))[..., 0]
    if orientation >= 5:  # 5 to 8 are 1 to 4 of the transposed picture, in another order
        pixels = pixels.T
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    turned = np.ascontiguousarray(pixels)
    return turned.view(image.dtype).reshape(*turned.shape, *image.shape[2:])

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ._byte_blur import filtered_bytes, takes
from ._checks import check
from ._finish import Finish, mean_of
from ._separable import Taps, filtered
from ._sliding_sums import box_means

if TYPE_CHECKING:
    from .._device_array import DeviceArray

MOST_TAPS = 16  # of both sides together: from there on sums that slide cost less


def box_blur(
    image: DeviceArray, height: int, width: int, border: str, out: DeviceArray | None = None
) -> Any:
    """Run `imgmine.filters.box_blur`: uint8 bit-equal, float32 within 1e-6 of the largest value."""
    check(_core.filters.box_blur, image, height, width, border)
    row, column, size = np.ones(width), np.ones(height), height * width
    if size > 1 and takes(image, row, column):
        # Exact, since sums times the size are below 2^32.
        return filtered_bytes(image, row, column, border, (size // 2, -(-(1 << 32) // size)), out)
    if height + width > MOST_TAPS:
        return box_means(image, height, width, border, out)
    taps = Taps(row, column, height // 2, width // 2)
    finish = mean_of(size) if image.dtype.kind == "u" else Finish(factor=np.float32(1 / size))
    return filtered(image, taps, border, finish, out)

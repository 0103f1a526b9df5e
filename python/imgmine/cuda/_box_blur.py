from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ._checks import check
from ._finish import MEAN, Finish
from ._separable import Taps, filtered

if TYPE_CHECKING:
    from .._device_array import DeviceArray

MOST_PIXELS = 1 << 16  # whose sum of bytes float32 holds exactly


def box_blur(
    image: DeviceArray, height: int, width: int, border: str, out: DeviceArray | None = None
) -> Any:
    """Run `imgmine.filters.box_blur`: uint8 bit-equal, float32 as `gaussian_blur`."""
    check(_core.filters.box_blur, image, height, width, border)
    if height * width > MOST_PIXELS:
        raise ValueError(f"ksize must be at most 2^16 pixels on a GPU, got {height * width}")
    taps = Taps(np.ones(width), np.ones(height), height // 2, width // 2)
    size = np.float32(height * width)
    finish = Finish(MEAN, size) if image.dtype.kind == "u" else Finish(factor=np.float32(1) / size)
    return filtered(image, taps, border, finish, out)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._device_array import DeviceArray


def check(function: Callable[..., Any], image: DeviceArray, *arguments: Any) -> None:
    """Let the core judge the arguments, on an empty image: its errors are the GPU's, too."""
    function(np.empty((0, 0, image.shape[-1] if image.ndim > 2 else 1), image.dtype), *arguments)


def refuse_areas(mask: object, labels: object) -> None:
    """Refuse what only the core counts in."""
    if mask is not None or labels is not None:
        raise ValueError("mask and labels must not be given for an array on a GPU")

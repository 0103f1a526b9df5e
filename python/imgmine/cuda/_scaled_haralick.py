from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, float64

from .._device_array import DeviceArray
from ._job import on_device_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@cuda.jit(cache=True)
def scale_features(src, is_square, divisors, dst):
    """A thread a value."""
    i = cuda.grid(1)
    if i < dst.size:
        value, feature = src[i], i % divisors.size
        if is_square[feature] != 0:
            value = float32(math.sqrt(float64(value)))
        dst[i] = value / divisors[feature]


def scaled_haralick(vector: Any, squares: Sequence[int], divisors: np.ndarray[Any, Any]) -> Any:
    """Run what `imgmine.features.Haralick` does with its features: bit-equal."""
    src = DeviceArray(vector)
    with on_device_of(src) as job:
        out = job.empty(src.shape, np.float32)
        is_square = job.upload(np.isin(np.arange(divisors.size), squares).astype(np.uint8))
        values, into = job.view(src, (src.size,)), job.view(out, (src.size,))
        job.run(scale_features, src.size, values, is_square, job.upload(divisors), into)
        return job.result(out)

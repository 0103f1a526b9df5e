"""Pooling beside PyTorch's, one thread."""

import numpy as np
import pytest
from imgmine._core import nn

from .layer_speed import channels_last, plain, torch_with

NONE = (0, 0, 0, 0)


@pytest.mark.parametrize("window", [2, 3])
@pytest.mark.parametrize("kind", ["max", "mean"])
@pytest.mark.parametrize("shape", [(32, 26, 26, 32), (8, 56, 56, 64)], ids=str)
def bench_pool2d(race, shape, kind, window):
    torch = torch_with(1)
    x = np.random.default_rng(0).standard_normal(shape, np.float32)
    theirs = channels_last(torch, x)
    size = strides = (window, window)
    if kind == "max":
        ours = lambda: nn.max_pool2d(x, size, strides, NONE)[0]  # noqa: E731
        peer = lambda: torch.max_pool2d(theirs, window)  # noqa: E731
    else:
        ours = lambda: nn.avg_pool2d(x, size, strides, NONE)  # noqa: E731
        peer = lambda: torch.nn.functional.avg_pool2d(theirs, window)  # noqa: E731

    def agree(mine, tensor):
        np.testing.assert_allclose(mine, plain(tensor), atol=1e-5)

    race(ours, {"torch": peer}, agree, moves=x.nbytes + x.nbytes // window**2)

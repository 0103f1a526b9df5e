"""What the benchmarks of single layers share: their sizes, PyTorch's arrays, the machine's peak."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass

import numpy as np
import pytest
from imgmine._core import nn


@dataclass(frozen=True)
class Layer:
    """A convolution of 3 x 3 pixels with ReLU, perhaps with pooling 2 x 2, of square images."""

    size: int
    channels: int
    filters: int
    is_pooled: bool
    pad: int = 0

    @property
    def padding(self):
        return (self.pad,) * 4

    @property
    def image(self):
        return (self.size, self.size)

    def multiply_adds(self, n):
        side = self.size + 2 * self.pad - 2
        side -= side % 2 if self.is_pooled else 0
        return n * side**2 * 9 * self.channels * self.filters

    def arrays(self, n):
        """Return images as behind a ReLU, kernel and bias."""
        rng = np.random.default_rng(0)
        draw = lambda *shape: rng.standard_normal(shape, np.float32)  # noqa: E731
        x = np.maximum(draw(n, *self.image, self.channels), 0)
        return x, draw(3, 3, self.channels, self.filters) / 17, draw(self.filters)


# Of the usual small network for handwritten digits, and a middle one of large networks.
LAYERS = {
    "28x28x1-32": Layer(28, 1, 32, True),
    "13x13x32-64": Layer(13, 32, 64, True),
    "5x5x64-64": Layer(5, 64, 64, False),
    "28x28x64-64": Layer(28, 64, 64, False, pad=1),
}


@functools.cache
def peak():
    """Return the multiply-adds a second that one core does where it waits for nothing."""

    def once():
        started = time.perf_counter()
        count = nn.multiply_adds(200_000)
        return count / (time.perf_counter() - started)

    return max(once() for _ in range(20))


def limit(multiply_adds, threads):
    """Return in how many seconds the machine does so many at best."""
    return multiply_adds / (peak() * threads)


def torch_with(threads):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(threads)
    return torch


def channels_last(torch, x):
    """Turn (N, H, W, C) into PyTorch's (N, C, H, W) in the same order in memory."""
    return torch.from_numpy(np.ascontiguousarray(x)).permute(0, 3, 1, 2)


def plain(tensor):
    """Turn it back."""
    return tensor.detach().permute(0, 2, 3, 1).numpy()

"""Fully connected layers beside PyTorch's and NumPy's matrix product."""

import numpy as np
import pytest
from imgmine._core import nn

from .layer_speed import limit, torch_with

sizes = pytest.mark.parametrize("size", [(576, 64), (64, 10), (1024, 1024)], ids=str)
batches = pytest.mark.parametrize("n", [32, 128])


def arrays(n, size):
    rng = np.random.default_rng(0)
    draw = lambda *shape: rng.standard_normal(shape, np.float32)  # noqa: E731
    gradient = draw(n, size[1])
    gradient[rng.random(gradient.shape) < 0.5] = 0  # as ReLU leaves it
    return draw(n, size[0]), draw(*size), draw(size[1]), gradient


def agree(ours, theirs):
    theirs = np.asarray(theirs)
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())


@sizes
@batches
def bench_forward(race, threads, size, n):
    torch = torch_with(threads)
    x, weights, bias, _ = arrays(n, size)
    theirs = [torch.from_numpy(v) for v in (x, np.ascontiguousarray(weights.T), bias)]
    peers = {
        "torch": lambda: torch.nn.functional.linear(*theirs),
        "numpy": lambda: x @ weights + bias,
    }
    race(
        lambda: nn.dense(x, weights, bias, False, "float32"),
        peers,
        agree,
        limit=limit(n * size[0] * size[1], threads),
    )


@sizes
@batches
@pytest.mark.parametrize("to", ["data", "weights"])
def bench_backward(race, threads, size, n, to):
    torch = torch_with(threads)
    x, weights, _, gradient = arrays(n, size)
    left, right = (gradient, weights.T.copy()) if to == "data" else (x.T.copy(), gradient)
    theirs = [torch.from_numpy(v) for v in (left, right)]
    race(
        lambda: (
            nn.dense_backward_data(gradient, weights, "float32")
            if to == "data"
            else nn.dense_backward_weights(x, gradient)[0].reshape(size)
        ),
        {"torch": lambda: torch.matmul(*theirs), "numpy": lambda: left @ right},
        agree,
        limit=limit(n * size[0] * size[1], threads),
    )

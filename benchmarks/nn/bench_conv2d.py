"""Layers of small networks beside PyTorch's, forward and backward.

The last column is the share of the cores' peak in float32 that counts every product. It is above
100 % where products with zeros are left out, and for bfloat16.
"""

import numpy as np
import pytest
from imgmine._core import nn

from .layer_speed import LAYERS, channels_last, limit, plain, torch_with

ONE = (1, 1)
layers = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
batches = pytest.mark.parametrize("n", [32, 128])


def torch_layer(torch, layer, x, kernel, bias):
    """Return PyTorch's arrays, which want gradients, and what it makes of them."""
    values = [
        channels_last(torch, x),
        torch.from_numpy(kernel).permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last),
        torch.from_numpy(bias),
    ]
    for value in values:
        value.requires_grad_(True)

    def forward():
        y = torch.relu(torch.conv2d(*values, padding=layer.pad))
        return torch.max_pool2d(y, 2) if layer.is_pooled else y

    return values, forward


def our_forward(layer, x, kernel, bias, precision):
    if layer.is_pooled:
        return nn.conv2d_relu_pool(x, kernel, bias, ONE, layer.padding, precision)
    return nn.conv2d(x, kernel, bias, ONE, layer.padding, True, precision), None


@layers
@batches
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def bench_forward(race, threads, layer, n, precision):
    torch = torch_with(threads)
    arrays = layer.arrays(n)
    _, theirs = torch_layer(torch, layer, *arrays)

    def agree(ours, tensor):
        bound = 1e-4 if precision == "float32" else 0.05
        np.testing.assert_allclose(ours[0], plain(tensor), atol=bound)

    def without_gradients():
        with torch.no_grad():
            return theirs()

    race(
        lambda: our_forward(layer, *arrays, precision),
        {"torch": without_gradients},
        agree,
        limit=limit(layer.multiply_adds(n), threads),
    )


@layers
@batches
@pytest.mark.parametrize("to", ["data", "weights"])
def bench_backward(race, threads, layer, n, to):
    torch = torch_with(threads)
    x, kernel, bias = layer.arrays(n)
    values, forward = torch_layer(torch, layer, x, kernel, bias)
    y, choice = our_forward(layer, x, kernel, bias, "float32")
    gradient = np.random.default_rng(1).standard_normal(y.shape, np.float32)
    gradient[y <= 0] = 0  # as ReLU leaves it
    result, theirs = forward(), channels_last(torch, gradient)
    wanted = values[:1] if to == "data" else values[1:]

    def ours():
        if to == "data":
            return nn.conv2d_backward_data(
                gradient, kernel, choice, layer.image, ONE, layer.padding, "float32"
            )
        return nn.conv2d_backward_weights(x, gradient, kernel, choice, ONE, layer.padding)

    def agree(mine, tensors):
        found, expected = (
            (mine, plain(tensors[0]))
            if to == "data"
            else (mine[0].reshape(kernel.shape), tensors[0].permute(2, 3, 1, 0).numpy())
        )
        np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())

    race(
        ours,
        {"torch": lambda: torch.autograd.grad(result, wanted, theirs, retain_graph=True)},
        agree,
        limit=limit(layer.multiply_adds(n), threads),
    )

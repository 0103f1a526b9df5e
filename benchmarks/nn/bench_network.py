"""A small convolutional network: training steps beside PyTorch, inference beside engines for it."""

import numpy as np
import pytest
from imgmine._core.nn import Network

from ..nn_epoch import NODES, Ours, Torch, initial_weights
from .inference_peers import FLOAT32, calls_of

# Without the node that rescales.
INFERENCE = [NODES[0]] + [
    {**node, "inputs": [max(i - 1, 0) for i in node["inputs"]]} for node in NODES[2:]
]


def digits(n, dtype=np.float32):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (n, 28, 28, 1)).astype(dtype)
    return x, rng.integers(0, 10, n).astype(np.int32)


@pytest.mark.targets
@pytest.mark.parametrize("batch_size", [32, 128])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def bench_step(race, threads, batch_size, precision):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(threads)
    x, y = digits(batch_size, np.uint8)
    order = np.arange(batch_size)
    weights = initial_weights()
    models = {
        "torch": Torch(weights, tuned=False),
        "torch channels last": Torch(weights, tuned=True),
    }
    ours = Ours(weights, precision)

    def step(model):
        """Take a step and say what the first picture is taken for."""
        model.train(x, y, order, batch_size)
        return lambda: model.predict(x[:1])

    def agree(mine, theirs):  # steps are taken in turns: after one each
        if not checked:
            bound = 0.2 if precision == "bfloat16" else 0.02
            np.testing.assert_allclose(mine(), theirs(), atol=bound)
        checked.append(True)

    checked = []
    race(lambda: step(ours), {name: lambda m=m: step(m) for name, m in models.items()}, agree)


@pytest.mark.targets
@pytest.mark.parametrize("n", [1, 256])
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def bench_predict(race, threads, n, precision, tmp_path):
    weights = initial_weights()
    x, _ = digits(n)
    x /= 255
    network = Network(INFERENCE, [len(INFERENCE) - 1], precision)
    network.values[:] = np.concatenate([part.ravel() for pair in weights for part in pair])
    network.touch()

    def agree(mine, theirs):
        bound = 0.1 if precision == "bfloat16" else 1e-4
        np.testing.assert_allclose(mine, theirs, atol=bound)

    race(
        lambda: network.predict([x], [len(INFERENCE) - 1])[0],
        calls_of(FLOAT32, race, weights, x, threads, tmp_path),
        agree,
    )


def normalized_blocks(size, channels, filters):
    """Three times convolution, batch normalization and ReLU, then a mean and ten classes."""
    nodes = [{"op": "input", "shape": [size, size, channels]}]
    conv = {"filters": filters, "kernel": [3, 3], "padding": "same", "use_bias": False}
    steps = [("conv2d", conv), ("batch_norm", {"epsilon": 1e-5}), ("relu", {})] * 3
    for op, attributes in [*steps, ("global_avg_pool2d", {}), ("dense", {"units": 10})]:
        nodes.append({"op": op, "inputs": [len(nodes) - 1], **attributes})
    return nodes


def same_in_torch(network, channels, filters):
    """Make the same network in PyTorch, of the same weights."""
    import torch

    layers = []
    for inputs in (channels, filters, filters):
        conv = torch.nn.Conv2d(inputs, filters, 3, padding=1, bias=False)
        layers += [conv, torch.nn.BatchNorm2d(filters), torch.nn.ReLU()]
    layers += [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(filters, 10)]
    kernels = [
        network.values[offset : offset + np.prod(shape)].reshape(shape)
        for _, name, shape, offset, _ in network.parameters
        if name == "kernel"
    ]
    with torch.no_grad():
        for layer, kernel in zip([layers[i] for i in (0, 3, 6, 11)], kernels, strict=True):
            order = (3, 2, 0, 1) if kernel.ndim == 4 else (1, 0)
            layer.weight[:] = torch.from_numpy(kernel.transpose(order).copy())
        layers[11].bias[:] = 0
    return torch.nn.Sequential(*layers)


@pytest.mark.targets
@pytest.mark.parametrize(
    ("size", "channels", "filters"), [(32, 3, 32), (16, 64, 64), (8, 128, 128)]
)
def bench_step_with_batch_norm(race, threads, size, channels, filters):
    """The gradients of a batch of 32: behind batch normalization, none of them is zero."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(threads)
    from imgmine._core.nn import Network

    nodes = normalized_blocks(size, channels, filters)
    network = Network(nodes, [len(nodes) - 1])
    rng = np.random.default_rng(0)
    for _, name, shape, offset, _ in network.parameters:
        if name == "kernel":
            n = int(np.prod(shape))
            network.values[offset : offset + n] = rng.normal(scale=(n / shape[-1]) ** -0.5, size=n)
    network.touch()
    x = rng.random((32, size, size, channels), np.float32)
    y = rng.integers(0, 10, 32).astype(np.int32)
    loss_of, labels = torch.nn.CrossEntropyLoss(), torch.from_numpy(y).long()

    def of_torch(memory_format):
        model = same_in_torch(network, channels, filters).to(memory_format=memory_format)
        images = torch.from_numpy(x.transpose(0, 3, 1, 2)).contiguous(memory_format=memory_format)

        def step():
            model.zero_grad()
            loss = loss_of(model(images), labels)
            loss.backward()
            return loss.item(), model[0].weight.grad

        return step

    def ours():
        return network.step([x], None, y, "cross_entropy", 0, 0.0)[0]

    def agree(mine, theirs):
        loss, of_kernel = theirs
        assert mine == pytest.approx(loss, rel=1e-4)
        of_kernel = of_kernel.numpy().transpose(2, 3, 1, 0)
        found = network.gradients[: of_kernel.size].reshape(of_kernel.shape)
        # Rounding decides about the few values that ReLU meets next to 0.
        assert np.linalg.norm(found - of_kernel) < 0.02 * np.linalg.norm(of_kernel)

    race(
        ours,
        {
            "torch": of_torch(torch.contiguous_format),
            "torch channels last": of_torch(torch.channels_last),
        },
        agree,
    )

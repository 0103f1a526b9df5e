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

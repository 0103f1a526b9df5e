"""Seconds to train a small network on MNIST for an epoch, beside PyTorch and Keras.

Run ``python -m benchmarks.nn_epoch [threads ...]`` with IMGMINE_DATA set. All train the same
network from the same weights with Adam and a batch size of 32 and of 128, in turns; the table has
the median of the rounds. Convolutions of 32, 64 and 64 filters of 3 x 3, two pools, a layer of 64
units and one of 10: 8 million multiplications and additions for each picture. See
docs/benchmarks.md.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import imgmine
import numpy as np
from imgmine._core.nn import Network, adam

ROUNDS = 3
PART = 15_000  # images a round; the table says seconds for 60,000
WINDOW = {"kernel": [3, 3]}
NODES = [
    {"op": "input", "shape": [28, 28, 1]},
    {"op": "rescale", "inputs": [0], "scale": 1 / 255},
    {"op": "conv2d", "inputs": [1], "filters": 32, **WINDOW},
    {"op": "relu", "inputs": [2]},
    {"op": "max_pool2d", "inputs": [3], "size": [2, 2]},
    {"op": "conv2d", "inputs": [4], "filters": 64, **WINDOW},
    {"op": "relu", "inputs": [5]},
    {"op": "max_pool2d", "inputs": [6], "size": [2, 2]},
    {"op": "conv2d", "inputs": [7], "filters": 64, **WINDOW},
    {"op": "relu", "inputs": [8]},
    {"op": "flatten", "inputs": [9]},
    {"op": "dense", "inputs": [10], "units": 64},
    {"op": "relu", "inputs": [11]},
    {"op": "dense", "inputs": [12], "units": 10},
]


def read(name, offset):
    folder = Path(os.environ["IMGMINE_DATA"]) / "mnist"
    return np.frombuffer(gzip.decompress((folder / name).read_bytes()), np.uint8, offset=offset)


def mnist():
    """Read training and test pictures (N, 28, 28, 1) and labels."""
    return [
        (
            read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1),
            read(f"{part}-labels-idx1-ubyte.gz", 8).astype(np.int32),
        )
        for part in ("train", "t10k")
    ]


def initial_weights(seed=0):
    """Draw (kernel, bias) of each layer, uniformly as He et al."""
    rng = np.random.default_rng(seed)
    pairs = []
    for _, name, shape, _, _ in Network(NODES, [len(NODES) - 1]).parameters:
        if name == "kernel":
            limit = np.sqrt(6 / np.prod(shape[:-1]))
            pairs.append((rng.uniform(-limit, limit, shape).astype(np.float32), shape[-1]))
    return [(kernel, np.zeros(n, np.float32)) for kernel, n in pairs]


class Ours:
    """The library's own engine."""

    def __init__(self, weights, precision="float32"):
        self.net = Network(NODES, [len(NODES) - 1], precision)
        self.net.values[:] = np.concatenate([part.ravel() for pair in weights for part in pair])
        self.net.touch()
        self.state = np.zeros((2, self.net.values.size), np.float32)
        self.n_steps = 0

    def train(self, x, y, order, batch_size):
        values, gradients = self.net.values, self.net.gradients
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            self.n_steps += 1
            self.net.step([x], rows, y, "cross_entropy", self.n_steps, 0.0)
            adam(values, gradients, *self.state, self.n_steps, 1e-3, 0.9, 0.999, 1e-7, 0.0, True)
            self.net.touch()

    def predict(self, x):
        return self.net.predict([x], [len(NODES) - 1])[0]


class Torch:
    """PyTorch, eager: as it comes, or channels last and with the fused Adam."""

    def __init__(self, weights, tuned):
        import torch

        self.torch, nn = torch, torch.nn
        self.net = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(),
            nn.MaxPool2d(2), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(576, 64),
            nn.ReLU(), nn.Linear(64, 10),
        )  # fmt: skip
        layers = [layer for layer in self.net if hasattr(layer, "weight")]
        for layer, (kernel, bias) in zip(layers, weights, strict=True):
            if kernel.ndim == 4:
                kernel = kernel.transpose(3, 2, 0, 1)
            elif len(kernel) == 576:  # flattened channels first here
                kernel = kernel.reshape(3, 3, 64, 64).transpose(3, 2, 0, 1).reshape(64, 576)
            else:
                kernel = kernel.T
            layer.weight.data = torch.tensor(np.ascontiguousarray(kernel))
            layer.bias.data = torch.tensor(bias)
        self.tuned = tuned
        if tuned:
            self.net = self.net.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(
            self.net.parameters(), 1e-3, eps=1e-7, **({"fused": True} if tuned else {})
        )

    def images(self, x):
        images = self.torch.from_numpy(x).permute(0, 3, 1, 2).float().div_(255)
        layout = self.torch.channels_last if self.tuned else self.torch.contiguous_format
        return images.contiguous(memory_format=layout)

    def train(self, x, y, order, batch_size):
        loss_of = self.torch.nn.CrossEntropyLoss()
        labels = self.torch.from_numpy(y.astype(np.int64))
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            self.optimizer.zero_grad(set_to_none=True)
            loss_of(self.net(self.images(x[rows])), labels[rows]).backward()
            self.optimizer.step()

    def predict(self, x):
        with self.torch.inference_mode():
            return self.net(self.images(x)).numpy()


class Keras:
    """Keras on TensorFlow, compiled as it is by default."""

    def __init__(self, weights):
        import keras

        layers = keras.layers
        self.net = keras.Sequential(
            [
                layers.Input((28, 28, 1)), layers.Rescaling(1 / 255),
                layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(),
                layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(),
                layers.Conv2D(64, 3, activation="relu"), layers.Flatten(),
                layers.Dense(64, activation="relu"), layers.Dense(10),
            ]
        )  # fmt: skip
        self.net.set_weights([part for pair in weights for part in pair])
        self.net.compile(
            "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False
        )

    def train(self, x, y, order, batch_size):
        self.net.fit(x[order], y[order], batch_size=batch_size, verbose=0, shuffle=False)

    def predict(self, x):
        return self.net.predict(x, batch_size=256, verbose=0)


def ways(weights):
    """Name and maker of each way that is installed."""
    found = {
        "imgmine": lambda: Ours(weights),
        "imgmine bfloat16": lambda: Ours(weights, "bfloat16"),
    }
    if importlib.util.find_spec("torch"):
        found["torch eager"] = lambda: Torch(weights, tuned=False)
        found["torch channels last, fused"] = lambda: Torch(weights, tuned=True)
    if importlib.util.find_spec("keras") and importlib.util.find_spec("tensorflow"):
        found["keras"] = lambda: Keras(weights)
    return found


def set_threads(n):
    """Give all ways `n` processors, before they look how many there are."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n])
    imgmine.set_num_threads(n)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(n)


def compare(batch_size, train, test):
    """Train all ways in turns; print seconds for 60,000 images, ratios and test accuracy."""
    x, y = train
    weights = initial_weights()
    models = {name: make() for name, make in ways(weights).items()}
    expected = models["imgmine"].predict(test[0][:100])
    for name, model in models.items():  # the same network before it learns
        bound = 0.1 if "bfloat16" in name else 1e-3
        assert np.abs(model.predict(test[0][:100]) - expected).max() < bound, name
    seconds = {name: [] for name in models}
    rng = np.random.default_rng(1)
    for turn in range(ROUNDS + 1):
        order = rng.permutation(len(x))[:PART]
        for name, model in models.items():
            start = time.perf_counter()
            model.train(x, y, order, batch_size)
            if turn:  # the first one warms up
                seconds[name].append((time.perf_counter() - start) * 60_000 / PART)
    ours = statistics.median(seconds["imgmine"])
    for name, model in models.items():
        right = (model.predict(test[0]).argmax(1) == test[1]).mean()
        median = statistics.median(seconds[name])
        print(f"  {name:28s} {median:7.2f} s   {median / ours:5.2f}   test accuracy {right:.4f}")


def main():
    counts = [int(word) for word in sys.argv[1:]] or [1, 2]
    if len(counts) > 1:
        for n in counts:
            subprocess.run([sys.executable, "-m", "benchmarks.nn_epoch", str(n)], check=True)
        return
    set_threads(counts[0])
    train, test = mnist()
    for batch_size in (32, 128):
        print(f"{counts[0]} threads, batch size {batch_size}: an epoch, ratio to imgmine")
        compare(batch_size, train, test)


if __name__ == "__main__":
    main()

"""Networks of int8 beside other libraries' int8 and float32, with the same weights."""

import numpy as np
import pytest
from imgmine import nn

from .inference_peers import FLOAT32, calls_of, int8_ways


def digits():
    """Return scikit-learn's digits, three times as large, and what they are."""
    found = pytest.importorskip("sklearn.datasets").load_digits()
    images = np.kron(found.images / 16, np.ones((1, 3, 3)))
    return np.pad(images, ((0, 0), (2, 2), (2, 2)))[..., None].astype(np.float32), found.target


def digits_network(images, labels):
    """Return a network that learned some: of random weights all logits are alike."""
    layers = [
        nn.Conv2D(32, 3, activation="relu"),
        nn.MaxPool2D(2),
        nn.Conv2D(64, 3, activation="relu"),
        nn.MaxPool2D(2),
        nn.Conv2D(64, 3, activation="relu"),
        nn.Flatten(),
        nn.Dense(64, activation="relu"),
        nn.Dense(10),
    ]
    network = nn.Sequential(layers, (28, 28, 1))
    network.fit(images, labels, epochs=2, progress=False)
    return network


@pytest.mark.targets
@pytest.mark.parametrize("n", [1, 256])
def bench_quantized_network(race, threads, n, tmp_path):
    images, labels = digits()
    samples, batch = images[:256], np.ascontiguousarray(images[-n:])
    network = digits_network(images[:-256], labels[:-256])
    quantized = network.quantize(samples)
    arrays = list(network.weights.values())
    weights = list(zip(arrays[::2], arrays[1::2], strict=True))
    wanted = network.predict(batch).argmax(1)

    def agree(ours, theirs):
        for found in (ours, theirs):
            assert (found.argmax(1) == wanted).mean() >= 0.98

    ways = {"onnxruntime": FLOAT32["onnxruntime"], **int8_ways(samples)}
    peers = calls_of(ways, race, weights, batch, threads, tmp_path)
    race(
        lambda: quantized.predict(batch),
        {**peers, "imgmine float32": lambda: network.predict(batch)},
        agree,
    )

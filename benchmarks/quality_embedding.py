"""What a network's layer finds as a descriptor: pictures of other classes, and handwritten digits.

Run ``python -m benchmarks.quality_embedding [corel1k] [caltech101] [mnist]`` with IMGMINE_DATA set.
For a set of pictures a small network learns the classes of the other set, which has none in common;
its vectors are judged as `quality_retrieval` does, beside the recipe "balanced" and with both.
For digits, one learns from the 60,000 and each of the 10,000 is given its nearest one's class.
See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine import nn
from imgmine.features import Embedder, Recipe

from .quality_mnist import load
from .quality_retrieval import judge

OTHER = {"corel1k": "caltech101", "caltech101": "corel1k"}
SIDE, EPOCHS, SEEDS = 64, 40, range(2)
PIXELS = {"fit": "stretch", "resample": "box"}  # the whole picture, however long it is
MOVED = nn.Augment(shift=2, rotate=10, scale=0.1)
DIGITS = {"epochs": 8, "batch_size": 64, "schedule": nn.Cosine(), "augment": MOVED}


def pictures(name):
    folder = Path(os.environ["IMGMINE_DATA"]) / name
    paths = sorted(folder.glob("*/*.jpg"))
    labels = np.array([path.parent.name for path in paths])
    return [im.io.imread(path, mode="RGB") for path in paths], labels


def squares(images):
    return np.stack([im.geometry.resize(image, (SIDE, SIDE), "area") for image in images])


def untaught(seed):
    layers = [nn.Rescaling(1 / 127.5, -1)]
    for n in (32, 64, 128):
        layers += [nn.Conv2D(n, 3, padding="same", use_bias=False), nn.BatchNorm(momentum=0.9)]
        layers += [nn.ReLU(), nn.MaxPool2D()]
    layers += [nn.GlobalAvgPool2D(), nn.Dropout(0.3), nn.Dense(10, "softmax")]
    return nn.Sequential(layers, (SIDE, SIDE, 3), random_state=seed)


def classifier(x, y, seed):
    """Learn classes; each stage has its channels normalized, which carries to other pictures."""
    network = untaught(seed)
    network.fit(
        x,
        y,
        epochs=EPOCHS,
        optimizer=nn.AdamW(0.003, weight_decay=0.05),
        schedule=nn.OneCycle(0.2),
        augment=augment(),
        label_smoothing=0.1,
        random_state=seed,
    )
    return network


def metric(network, x, y, seed):
    """Learn on from distances: triplets of the features that tell the classes."""
    embedding = network.with_head([nn.Dense(64)], random_state=seed)
    nn.fit_triplets(
        embedding,
        x,
        y,
        epochs=EPOCHS // 2,
        optimizer=nn.AdamW(0.001, weight_decay=0.05),
        schedule=nn.OneCycle(0.2),
        augment=augment(),
        random_state=seed,
    )
    return embedding


def augment():
    return nn.Augment(shift=SIDE // 16, flip=True, rotate=10, scale=0.15)


def recipes(x, y, seed):
    """Yield what is compared: names, and recipes made of a network that learned from `x`."""
    balanced = Recipe.named("balanced")
    network = classifier(x, y, seed)
    triplets = metric(network, x, y, seed)
    yield '"balanced"', balanced
    parts = {
        "the network before it learns": Embedder(untaught(seed), **PIXELS),
        "a network of the other set's classes": Embedder(network, **PIXELS),
        "the same, then triplets": Embedder(triplets, layer=list(triplets.layers)[-1], **PIXELS),
    }
    for name, part in parts.items():
        yield name, Recipe([part])
    for name in list(parts)[1:]:
        both = Recipe([*balanced.descriptors, parts[name]], weights=[*balanced.weights, 1])
        yield f'"balanced" + {name}', both


def search(name):
    images, labels = pictures(name)
    taught, classes = pictures(OTHER[name])
    x, found = squares(taught), {}
    for seed in SEEDS:
        for title, recipe in recipes(x, classes, seed):
            started = time.process_time()
            vectors = recipe.transform(images, n_jobs=1)
            spent = (time.process_time() - started) / len(images) * 1e3
            found.setdefault((title, recipe.size), []).append((*judge(vectors, labels), spent))
    print(
        f"| {name}, {len(images)} pictures, taught by {OTHER[name]} | numbers | P@10 | MAP | ms |"
    )
    print("| --- | ---: | ---: | ---: | ---: |")
    for (title, size), rows in found.items():
        p10, mean, spent = np.median(rows, axis=0)
        low, high = (f(row[0] for row in rows) for f in (min, max))
        span = f" ({low:.3f} to {high:.3f})" if high > low else ""
        print(f"| {title} | {size} | {p10:.3f}{span} | {mean:.3f} | {spent:.2f} |", flush=True)
    print()


def digits():
    x, y, x_test, y_test = load()
    layers = [
        nn.Rescaling(1 / 255),
        nn.Conv2D(32, 3, activation="relu"),
        nn.MaxPool2D(),
        nn.Conv2D(64, 3, activation="relu"),
        nn.MaxPool2D(),
        nn.Conv2D(64, 3, activation="relu"),
        nn.Flatten(),
        nn.Dense(64, "relu"),
        nn.Dense(10, "softmax"),
    ]
    network = nn.Sequential(layers, (28, 28, 1))
    started = time.perf_counter()
    network.fit(x[..., np.newaxis], y.astype(np.int32), **DIGITS)
    learned = time.perf_counter() - started
    recipe = Recipe([Embedder(network, layer="dense")])
    started = time.perf_counter()
    vectors, queries = recipe.transform(x), recipe.transform(x_test)
    described = time.perf_counter() - started
    nearest = im.similarity.top_k(queries, vectors, 1)[0][:, 0]
    score = network.evaluate(x_test, y_test.astype(np.int32))["accuracy"]
    print(
        f'mnist: 1-NN of Embedder(network, layer="dense") {np.mean(y[nearest] == y_test):.2%}, the '
        f"network itself {score:.2%}; learned in {learned:.0f} s, 70,000 described in "
        f"{described:.0f} s"
    )


def main() -> None:
    for name in sys.argv[1:] or [*OTHER, "mnist"]:
        digits() if name == "mnist" else search(name)


if __name__ == "__main__":
    main()

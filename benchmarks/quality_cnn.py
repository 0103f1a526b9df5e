"""What small networks learn: MNIST, how fast it can be learned, photographs, embeddings.

Run ``python -m benchmarks.quality_cnn [digits] [race] [photographs] [embeddings]`` with
IMGMINE_DATA set; ``--race`` is ``race`` alone. See docs/benchmarks.md.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
import warnings
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine import nn
from imgmine.classify import GridSearchCV, LinearSVC, StratifiedKFold
from imgmine.features import Recipe
from imgmine.similarity import top_k

from .quality_mnist import load

SEEDS = range(5)
FOLDS = 5
COSTS = [1.0, 3.0, 10.0]  # as quality_cats_dogs has them
SIDE = 64


def yardstick(seed, precision="float32"):
    """The network that all timings are of: see docs/benchmarks.md."""
    layers = [nn.Conv2D(32, 3, activation="relu"), nn.MaxPool2D()]
    layers += [nn.Conv2D(64, 3, activation="relu"), nn.MaxPool2D()]
    layers += [nn.Conv2D(64, 3, activation="relu"), nn.Flatten()]
    layers += [nn.Dense(64, activation="relu"), nn.Dense(10, activation="softmax")]
    return nn.Sequential(
        [nn.Rescaling(), *layers], (28, 28, 1), precision=precision, random_state=seed
    )


def timed(train):
    started = time.perf_counter()
    train()
    return time.perf_counter() - started


def digits():
    """Five epochs of the yardstick by Adam, whose learning rate stays or falls."""
    x, y, x_test, y_test = load()
    for batch_size, schedule in itertools.product((32, 128), (None, nn.Cosine())):
        found, seconds = [], []
        for seed in SEEDS:
            network = yardstick(seed)
            options = {"epochs": 5, "batch_size": batch_size, "random_state": seed}
            options["schedule"] = schedule
            seconds.append(timed(lambda: network.fit(x, y, **options)))  # noqa: B023
            found.append(100 * network.evaluate(x_test, y_test)["accuracy"])
        name = f"yardstick, 5 epochs, batch {batch_size}, {schedule or 'constant'}"
        print(
            f"{name}: mean {np.mean(found):.2f} % of "
            f"{', '.join(f'{value:.2f}' for value in found)}; {np.median(seconds) / 5:.1f} s an "
            "epoch",
            flush=True,
        )


def race():
    """Short trainings that read 99 % of the test digits right."""
    x, y, x_test, y_test = load()
    for name, options, precision in RACES:
        for seed in SEEDS:
            network = yardstick(seed, precision)
            seconds = timed(lambda: network.fit(x, y, random_state=seed, **options))  # noqa: B023
            right = 100 * network.evaluate(x_test, y_test)["accuracy"]
            print(f"{name}, seed {seed}: {right:.2f} % after {seconds:.1f} s", flush=True)


RACES = [
    (
        "2 epochs, batch 128, one cycle, bfloat16",
        {
            "epochs": 2,
            "batch_size": 128,
            "optimizer": nn.Adam(4e-3),
            "schedule": nn.OneCycle(0.2),
        },
        "bfloat16",
    ),
]


def photograph(path):
    return im.geometry.resize(im.io.imread(path), (SIDE, SIDE), "area")


def photographs():
    """Cats and dogs, in the folds of quality_cats_dogs."""
    warnings.simplefilter("ignore", im.ConvergenceWarning)
    paths = im.io.find_images(Path(os.environ["IMGMINE_DATA"]) / "cats-dogs")
    y = np.array([path.parent.name for path in paths])
    x = np.stack([photograph(path) for path in paths])
    recipe = Recipe.named("balanced").transform([im.io.imread(path) for path in paths])
    vectors = recipe / np.maximum(np.linalg.norm(recipe, axis=1, keepdims=True), 1e-12)
    scores = {"network": [], "linear SVM on balanced": [], "both": []}
    for fold, (train, test) in enumerate(
        StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y)
    ):
        search = GridSearchCV(LinearSVC(tol=1e-3), {"C": COSTS}, cv=3)
        margins = search.fit(vectors[train], y[train]).decision_function(vectors[test])
        network = nn.small_cnn((SIDE, SIDE, 3), 2, precision="bfloat16", random_state=fold)
        seconds = timed(lambda: learn(network, x[train], y[train], fold))  # noqa: B023
        shares = network.predict(x[test])
        odds = np.log(shares[:, 1]) - np.log(shares[:, 0])
        classes = np.unique(y)
        for name, odd in (("network", odds), ("linear SVM on balanced", margins)):
            scores[name].append(100 * np.mean(classes[(odd > 0).astype(int)] == y[test]))
        both = odds / odds.std() + margins / margins.std()
        scores["both"].append(100 * np.mean(classes[(both > 0).astype(int)] == y[test]))
        told = ", ".join(f"{name} {values[-1]:.1f} %" for name, values in scores.items())
        print(f"fold {fold + 1}: {told}; the network learned in {seconds:.0f} s", flush=True)
    for name, values in scores.items():
        print(f"{name:24} {np.mean(values):.1f} ± {np.std(values):.1f} %")


def learn(network, x, y, seed):
    network.fit(
        x,
        y,
        epochs=100,
        batch_size=32,
        optimizer=nn.AdamW(0.002, weight_decay=0.3, clip_norm=1.0),
        schedule=nn.OneCycle(0.2),
        augment=nn.Augment(shift=SIDE // 8, flip=True, rotate=20, scale=0.35),
        label_smoothing=0.1,
        random_state=seed,
    )


def embeddings():
    """The nearest of 60,000 digits, compared by what comes out of the layer of 64."""
    x, y, x_test, y_test = load()
    network = yardstick(0)
    moved = nn.Augment(shift=2, rotate=10, scale=0.1, border="constant")
    network.fit(
        x,
        y,
        epochs=8,
        batch_size=128,
        optimizer=nn.Adam(3e-3),
        schedule=nn.OneCycle(),
        augment=moved,
    )
    print(f"the network: {100 * network.evaluate(x_test, y_test)['accuracy']:.2f} % right")
    base, queries = network.embed(x, "dense"), network.embed(x_test, "dense")
    for metric in ("euclidean", "cosine"):
        nearest, _ = top_k(queries, base, 1, metric)
        print(f"nearest by {metric}: {100 * np.mean(y[nearest[:, 0]] == y_test):.2f} % right")


PARTS = {
    "digits": digits,
    "race": race,
    "photographs": photographs,
    "embeddings": embeddings,
}


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real pictures: IMGMINE_DATA is not set")
    wanted = [name.removeprefix("--") for name in sys.argv[1:]] or list(PARTS)
    for name in wanted:
        PARTS[name]()


if __name__ == "__main__":
    main()

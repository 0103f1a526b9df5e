"""How many of 1,080 photographs of cats and dogs a linear machine tells apart, in five folds.

Run ``python -m benchmarks.quality_cats_dogs`` with IMGMINE_DATA set. Recipe and C are chosen by
cross-validation inside each fold's training pictures, and codebooks learn from these alone; what a
descriptor without a codebook sees is computed once. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine.classify import GridSearchCV, LinearSVC, StratifiedKFold
from imgmine.features import FisherVector, Recipe

FOLDS = 5
INNER_FOLDS = 3
COSTS = [1.0, 3.0, 10.0]
FISHER = FisherVector(64)
LEARN_FROM = 300  # pictures of each fold
RECIPES = {  # lengths of the parts
    "balanced": {"balanced": 1.0},
    "objects": {"objects": 1.0},
    "Fisher": {"fisher": 1.0},
    "Fisher + objects": {"fisher": 1.0, "objects": 0.5},
}


def unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def choose(parts, y, train):
    """Return the recipe and the machine that do best among the training pictures."""
    found = {}
    for name, weights in RECIPES.items():
        x = np.hstack([weight * parts[part][train] for part, weight in weights.items()])
        search = GridSearchCV(LinearSVC(tol=1e-3), {"C": COSTS}, cv=INNER_FOLDS)
        found[name] = search.fit(x, y[train])
    return max(found, key=lambda name: found[name].best_score_), found


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real photographs: IMGMINE_DATA is not set")
    warnings.simplefilter("ignore", im.ConvergenceWarning)
    started, processor = time.perf_counter(), time.process_time()
    paths = im.io.find_images(Path(os.environ["IMGMINE_DATA"]) / "cats-dogs")
    y = np.array([path.parent.name for path in paths])
    images = [im.io.imread(path) for path in paths]
    parts = {name: unit(Recipe.named(name).transform(images)) for name in ("balanced", "objects")}
    print(f"{len(images)} pictures read and described in {time.perf_counter() - started:.0f} s")
    scores = {name: [] for name in ("chosen", *RECIPES)}
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(images, y)
    for fold, (train, test) in enumerate(folds):
        few = train[:: -(-len(train) // LEARN_FROM)]
        recipe = Recipe([FISHER]).fit([images[i] for i in few])
        parts["fisher"] = unit(recipe.transform(images))
        best, found = choose(parts, y, train)
        for name, weights in RECIPES.items():
            x = np.hstack([weight * parts[part][test] for part, weight in weights.items()])
            scores[name].append(100 * found[name].score(x, y[test]))
        scores["chosen"].append(scores[best][-1])
        print(
            f"fold {fold + 1}: {best}, C = {found[best].best_params_['C']:g}, "
            f"{scores['chosen'][-1]:.1f} % right",
            flush=True,
        )
    for name, values in scores.items():
        print(f"{name:20} {np.mean(values):.1f} ± {np.std(values):.1f} %")
    print(
        f"{time.perf_counter() - started:.0f} s, {time.process_time() - processor:.0f} s of "
        f"processor time, {im.num_threads()} threads"
    )


if __name__ == "__main__":
    main()

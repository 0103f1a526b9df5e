"""How well a `RegionClassifier` tells superpixels where people see a thing end from all others.

Run ``python -m benchmarks.quality_regions`` with IMGMINE_DATA set. Of the 60 pictures of BSDS500
every other one is learned from, and the rest judged; then the other way round. A superpixel counts
as an end if a boundary of at least one of the annotators, or of half of them, runs through it or
along it. Other pictures have other shares of ends; the majority's share and the balanced accuracy
say what chance gives.

Which numbers of a superpixel count, whether their absolute values do as well, and C are chosen
within the half that is learned from, by the accuracy over five folds of its pictures; what was
chosen is then tried once on the other half. Beside it stands the classifier with its defaults,
which were chosen by people who had seen all 60 pictures.
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import NamedTuple

import imgmine as im
import numpy as np
from imgmine.segment._region_features import NAMES, region_features
from scipy.io import loadmat

INSIDE, END = 1, 2
N_FOLDS = 5
GROUPS = {
    "color": [*range(9)],
    "patterns": [*range(9, 19)],
    "gradients": [*range(19, 24)],
    "places": [*range(24, 27)],
    "contrasts": [*range(27, len(NAMES))],
}
LEFT_OUT = (None, *GROUPS)
COSTS = (0.01, 0.03, 0.1, 0.3, 1.0)


class Choice(NamedTuple):
    """What is chosen: a group of numbers to leave out, whether absolute values count, C."""

    left_out: str | None
    absolute: bool
    C: float

    @property
    def columns(self) -> list[int]:
        """Of what a classifier hands to its model: the numbers, then their absolute values."""
        kept = [i for i in range(len(NAMES)) if i not in GROUPS.get(self.left_out, ())]
        return [*kept, *(i + len(NAMES) for i in kept)] if self.absolute else kept

    def __str__(self) -> str:
        numbers = "all numbers" if self.left_out is None else f"all but {self.left_out}"
        return f"{numbers}, {'with' if self.absolute else 'no'} absolute values, C {self.C}"


class SomeColumns:
    """A `LinearSVC` that sees what was chosen."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice

    def fit(self, X, y):
        self.model_ = im.classify.LinearSVC(C=self.choice.C).fit(self._seen(X), y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(self._seen(X))

    def decision_function(self, X):
        return self.model_.decision_function(self._seen(X))

    def _seen(self, X):
        return np.ascontiguousarray(X[:, self.choice.columns])


class Pictures(NamedTuple):
    """Pictures, their superpixels, and each pixel's class."""

    images: list[np.ndarray]
    partitions: list[np.ndarray]
    truths: list[np.ndarray]

    def half(self, first: int) -> Pictures:
        return Pictures(*(part[first::2] for part in self))

    def classes(self) -> list[np.ndarray]:
        """Return the class of each superpixel, by picture."""
        return [
            truth.ravel()[np.unique(regions, return_index=True)[1]]
            for truth, regions in zip(self.truths, self.partitions, strict=True)
        ]


def truth_of(path, regions, share):
    """Return each pixel's class: whether `share` of the annotators see an end in its superpixel."""
    annotators = loadmat(path)["groundTruth"][0]
    votes = np.zeros(int(regions.max()) + 1)
    for annotator in annotators:
        humans = annotator["Segmentation"][0, 0].astype(np.int32)
        ends = im.segment.find_boundaries(humans, mode="thick")
        votes[np.unique(regions[ends])] += 1
    at_end = votes >= max(1, share * len(annotators))
    return np.where(at_end, END, INSIDE)[regions]


def chosen(pictures):
    """Return the choice of the best accuracy over folds of these pictures, and that."""
    rows = [region_features(*pair)[1] for pair in zip(*pictures[:2], strict=True)]
    folds = np.repeat(np.arange(len(rows)) % N_FOLDS, [len(part) for part in rows])
    X = np.concatenate(rows)
    X = np.clip((X - X.mean(axis=0)) / X.std(axis=0), -4, 4)
    X = np.concatenate([X, np.abs(X)], axis=1).astype(np.float32)
    y = np.concatenate(pictures.classes())
    splits = [(np.flatnonzero(folds != k), np.flatnonzero(folds == k)) for k in range(N_FOLDS)]

    def accuracy(choice):
        return im.classify.cross_val_score(
            SomeColumns(choice), X, y, cv=splits, scoring="accuracy"
        ).mean()

    choices = itertools.starmap(Choice, itertools.product(LEFT_OUT, (True, False), COSTS))
    scores = {choice: accuracy(choice) for choice in choices}
    best = max(scores, key=scores.__getitem__)
    return best, scores[best]


def judged(classifier, pictures):
    """Return accuracy, balanced accuracy and the area under the ROC curve."""
    true, taken, scores = np.concatenate(pictures.classes()), [], []
    for image, regions in zip(*pictures[:2], strict=True):
        found = classifier.classify(image, regions=regions)
        taken.append(found.classes)
        scores.append(np.where(found.classes == END, found.scores, -found.scores))
    taken, scores = np.concatenate(taken), np.concatenate(scores)
    balanced = np.mean([(taken[true == kind] == kind).mean() for kind in (INSIDE, END)])
    return (true == taken).mean(), balanced, im.metrics.roc_auc_score(true, scores)


def show(title, pictures):
    """Print the rows of one meaning of the word end."""
    for first, name in ((0, "first"), (1, "second")):
        train, test = pictures.half(first), pictures.half(1 - first)
        choice, of_folds = chosen(train)
        true = np.concatenate(test.classes())
        majority = max((true == kind).mean() for kind in (INSIDE, END))
        models = {f"{choice} ({of_folds:.3f} in folds)": SomeColumns(choice), "defaults": None}
        for what, model in models.items():
            classifier = im.segment.RegionClassifier(model=model)
            classifier.fit(train.images, train.truths, regions=train.partitions)
            numbers = " | ".join(f"{x:.3f}" for x in (majority, *judged(classifier, test)))
            print(f"| {title} | {name} | {what} | {len(true)} | {numbers} |", flush=True)


def main() -> None:
    """Print a table."""
    folder = Path(os.environ["IMGMINE_DATA"], "bsds500")
    paths = sorted((folder / "images").glob("*.jpg"))
    images = [im.io.imread(path) for path in paths]
    partitions = [im.segment.slic(image, 300) for image in images]
    print("| ends of | learned from half | by | superpixels | majority | accuracy | balanced "
          "| area under ROC |")  # fmt: skip
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for title, share in (("any annotator", 0.0), ("half of them", 0.5)):
        truths = [
            truth_of(folder / "groundTruth" / f"{path.stem}.mat", regions, share)
            for path, regions in zip(paths, partitions, strict=True)
        ]
        show(title, Pictures(images, partitions, truths))


if __name__ == "__main__":
    main()

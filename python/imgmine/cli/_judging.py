"""What the models of ``imgmine train`` say of pictures: classifiers, and networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..classify._cross_val import class_scores
from ..collection import ImageClassifier
from ._cnn import is_network, load_network, read_pictures
from ._pictures import describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .._progress import Progress
    from .._validate import Array


class Judged(NamedTuple):
    """The classes of pictures."""

    kept: list[int]  # which of the pictures could be read
    labels: list[Any]
    scores: Array | None  # for every class, in the classes' order
    classes: Array
    failures: list[tuple[str, str]]

    def score_rows(self) -> list[list[float] | None]:
        """Return each picture's scores as lists, or None for each."""
        return [None] * len(self.kept) if self.scores is None else self.scores.tolist()


def judge(
    model: str, paths: Sequence[str | Path], jobs: int | None = None, progress: Progress = False
) -> Judged:
    """Return what the model in a file says of pictures."""
    of_kind = _by_network if is_network(model) else _by_classifier
    return of_kind(model, paths, jobs, progress)


def _by_classifier(
    model: str, paths: Sequence[str | Path], jobs: int | None, progress: Progress
) -> Judged:
    classifier = ImageClassifier.load(model)
    kept, vectors, failures = describe(classifier.recipe_, paths, jobs, progress)
    labels = classifier.model_.predict(vectors).tolist() if kept else []
    scores = class_scores(classifier.model_, vectors) if kept else np.empty((0, 0))
    return Judged(kept, labels, scores, classifier.classes_, failures)


def _by_network(
    model: str, paths: Sequence[str | Path], jobs: int | None, progress: Progress
) -> Judged:
    network = load_network(model)
    shape = network.input_shapes[0]
    kept, images, failures = read_pictures(paths, shape, jobs, progress)
    labels = network.predict_labels(images).tolist()
    classes = np.asarray(network.classes_)
    return Judged(kept, labels, network.predict(images), classes, failures)

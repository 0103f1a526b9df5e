"""Tell the class of pictures.

Prints a line per picture: its path, a tab, and its class. Pictures that cannot be read are
listed on standard error and left out, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..classify._cross_val import class_scores
from ..collection import ImageClassifier
from ._cnn import is_network, load_network, read_pictures
from ._options import add_jobs, show_progress
from ._output import failures_json, print_json, report_failures, say
from ._pictures import describe, pictures

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from .._validate import Array


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL", help='a file that "imgmine train" wrote')
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures, or folders of them")
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    judge = _judge_by_network if is_network(options.model) else _judge
    paths = pictures(options.files)
    judged = judge(options, paths)
    report_failures(judged.failures)
    kept = [paths[i] for i in judged.kept]
    if options.json:
        rows = [None] * len(kept) if judged.scores is None else judged.scores.tolist()
        print_json(
            {
                "model": options.model,
                "classes": judged.classes,
                "predictions": [
                    {"path": path, "label": label, "scores": row}
                    for path, label, row in zip(kept, judged.labels, rows, strict=True)
                ],
                "failures": failures_json(judged.failures),
            }
        )
    else:
        for path, label in zip(kept, judged.labels, strict=True):
            say(f"{path}\t{label}")
    return 1 if judged.failures else 0


class _Judged(NamedTuple):
    kept: list[int]  # which of the pictures could be read
    labels: list[Any]
    scores: Array | None  # for every class, in the classes' order
    classes: Array
    failures: list[tuple[str, str]]


def _judge(options: argparse.Namespace, paths: list[Path]) -> _Judged:
    classifier = ImageClassifier.load(options.model)
    kept, vectors, failures = describe(
        classifier.recipe_, paths, options.jobs, show_progress(options)
    )
    labels = classifier.model_.predict(vectors).tolist() if kept else []
    scores = class_scores(classifier.model_, vectors) if kept else np.empty((0, 0))
    return _Judged(kept, labels, scores, classifier.classes_, failures)


def _judge_by_network(options: argparse.Namespace, paths: list[Path]) -> _Judged:
    network = load_network(options.model)
    shape = network.input_shapes[0]
    kept, images, failures = read_pictures(paths, shape, options.jobs, show_progress(options))
    labels = network.predict_labels(images).tolist()
    return _Judged(kept, labels, network.predict(images), np.asarray(network.classes_), failures)

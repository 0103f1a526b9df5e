"""Tell the class of pictures.

Prints a line per picture: its path, a tab, and its class. Pictures that cannot be read are
listed on standard error and left out, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..classify._cross_val import class_scores
from ._classifiers import load_classifier
from ._options import add_jobs, show_progress
from ._output import failures_json, print_json, report_failures, say
from ._pictures import describe, pictures

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from ..collection import ImageClassifier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help='a file that "imgmine train" wrote, or a network (.safetensors)',
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures, or folders of them")
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    classifier = load_classifier(options.model)
    paths = pictures(options.files)
    kept, vectors, failures = describe(
        classifier.recipe_, paths, options.jobs, show_progress(options)
    )
    report_failures(failures)
    labels = classifier.model_.predict(vectors).tolist() if kept else []
    if options.json:
        print_json(
            {
                "model": options.model,
                "classes": classifier.classes_,
                "predictions": _predictions(classifier, [paths[i] for i in kept], vectors, labels),
                "failures": failures_json(failures),
            }
        )
    else:
        for i, label in zip(kept, labels, strict=True):
            say(f"{paths[i]}\t{label}")
    return 1 if failures else 0


def _predictions(
    classifier: ImageClassifier, paths: list[Path], vectors: Any, labels: list[Any]
) -> list[dict[str, Any]]:
    """Return each picture's class and its score for every class, in the classes' order."""
    scores = class_scores(classifier.model_, vectors) if len(vectors) else np.empty((0, 0))
    rows = [None] * len(paths) if scores is None else scores.tolist()
    return [
        {"path": path, "label": label, "scores": row}
        for path, label, row in zip(paths, labels, rows, strict=True)
    ]

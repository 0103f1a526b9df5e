"""What ``imgmine train --cnn`` does in place of a recipe and a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..classify import train_test_split
from ..collection import Report
from ..collection._samples import labeled_samples
from ._cnn import learn, read_pictures
from ._options import show_progress
from ._output import failures_json, plural, print_json, report_failures, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from .._validate import Array


def run(options: argparse.Namespace, check_classes: Callable[..., None]) -> int:
    """Learn, judge, learn from all, save."""
    samples = labeled_samples(options.folder, None)
    shape, progress = (options.size, options.size, 3), show_progress(options)
    kept, images, failures = read_pictures(samples.sources, shape, options.jobs, progress)
    report_failures(failures)
    labels = samples.labels[kept]
    check_classes(options, samples.classes, labels)
    train, test = train_test_split(
        np.arange(len(labels)),
        test_size=options.test_size,
        stratify=labels,
        random_state=options.seed,
    )
    network = learn(images[train], labels[train], options.epochs, options.seed, progress)
    scores = network.predict(images[test])
    classes = np.asarray(network.classes_)
    predicted = classes[scores.argmax(axis=1)]
    paths = [str(samples.sources[kept[i]]) for i in test]
    report = Report(classes, labels[test], predicted, scores.astype(np.float64), paths)
    if not options.no_refit:
        network = learn(images, labels, options.epochs, options.seed, progress)
    network.save(options.out)
    if options.html is not None:
        report.to_html(options.html)
    facts = {"train": len(train), "test": len(test), "refit": not options.no_refit}
    if options.json:
        _print_json(options, report, facts, failures)
    else:
        _print(options, report, facts, labels)
    return 0


def _print_json(
    options: argparse.Namespace, report: Report, facts: dict[str, Any], failures: Any
) -> None:
    print_json(
        {
            "model": options.out,
            "type": "cnn",
            "size": options.size,
            "epochs": options.epochs,
            **facts,
            "report": report.to_dict(),
            "failures": failures_json(failures),
        }
    )


def _print(
    options: argparse.Namespace, report: Report, facts: dict[str, Any], labels: Array
) -> None:
    count = facts["train"] if options.no_refit else len(labels)
    say(
        f"{plural(facts['train'], 'picture')} to learn from, {facts['test']:,} to judge by\n\n"
        f"{report}\n\n"
        f"Saved the network, which learned from {plural(count, 'picture')}, as {options.out}"
    )

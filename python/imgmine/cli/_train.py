"""Learn to classify pictures from a folder per class.

Each picture's class is the name of the folder it is in. Part of the pictures is set aside, a
linear support vector machine learns from the others, and how it does on those set aside is
reported. Then it learns from all of them and is saved. Pictures that cannot be read are listed
on standard error and left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from ..classify import LinearSVC, train_test_split
from ..collection import ImageClassifier, Report
from ..collection._samples import labeled_samples
from ._options import (
    DEFAULT_RECIPE,
    add_jobs,
    add_recipe,
    load_recipe,
    not_negative_int,
    positive_float,
    share,
    show_progress,
)
from ._output import failures_json, plural, print_json, report_failures, say
from ._pictures import describe

if TYPE_CHECKING:
    import argparse

    from .._validate import Array


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", metavar="DIR", help="a folder with a folder for each class")
    parser.add_argument("--out", metavar="MODEL", required=True, help="file to write")
    add_recipe(parser)
    parser.add_argument(
        "--C",
        type=positive_float,
        default=1.0,
        metavar="X",
        help="cost of a mistake; smaller values regularize more (default: 1)",
    )
    parser.add_argument(
        "--test-size",
        type=share,
        default=0.2,
        metavar="X",
        help="share of the pictures to judge by, the same of each class (default: 0.2)",
    )
    parser.add_argument(
        "--seed",
        type=not_negative_int,
        default=0,
        metavar="N",
        help="which pictures those are (default: 0)",
    )
    parser.add_argument(
        "--no-refit",
        action="store_true",
        help="save what learned from part of the pictures: exactly what was judged",
    )
    parser.add_argument("--html", metavar="PAGE.html", help="write the report as a page")
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    recipe = load_recipe(options.recipe or DEFAULT_RECIPE)
    samples = labeled_samples(options.folder, None)
    kept, vectors, failures = describe(
        recipe, samples.sources, options.jobs, show_progress(options)
    )
    report_failures(failures)
    labels = samples.labels[kept]
    _check_classes(options.folder, samples.classes, labels)
    train, test = train_test_split(
        np.arange(len(labels)),
        test_size=options.test_size,
        stratify=labels,
        random_state=options.seed,
    )
    model = LinearSVC(options.C, random_state=options.seed).fit(vectors[train], labels[train])
    report = _judge(model, vectors[test], labels[test], [samples.sources[kept[i]] for i in test])
    if not options.no_refit:
        model.fit(vectors, labels)
    ImageClassifier.from_model(recipe, model).save(options.out)
    if options.html is not None:
        report.to_html(options.html)
    counts = {"train": len(train), "test": len(test)}
    if options.json:
        print_json(
            {
                "model": options.out,
                "recipe": json.loads(recipe.to_json()),
                **counts,
                "refit": not options.no_refit,
                "report": report.to_dict(),
                "failures": failures_json(failures),
            }
        )
    else:
        _print(options, report, counts)
    return 0


def _check_classes(folder: str, classes: list[str], labels: Array) -> None:
    if len(classes) < 2:
        raise ValueError(f"{folder}: must have folders for at least two classes, has {classes}")
    names, counts = np.unique(labels, return_counts=True)
    few = sorted(set(classes) - set(names[counts >= 2].tolist()))
    if few:
        raise ValueError(f"{folder}: each class must have two readable pictures, not so {few}")


def _judge(model: LinearSVC, vectors: Array, labels: Array, paths: list[str]) -> Report:
    scores = model.decision_function(vectors)
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    return Report(model.classes_, labels, model.predict(vectors), scores, paths)


def _print(options: argparse.Namespace, report: Report, counts: dict[str, int]) -> None:
    say(
        f"{plural(counts['train'], 'picture')} to learn from, {counts['test']:,} to judge by\n\n"
        f"{report}\n"
    )
    learned = counts["train"] if options.no_refit else sum(counts.values())
    say(f"Saved the model, which learned from {plural(learned, 'picture')}, as {options.out}")

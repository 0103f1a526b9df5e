"""Learn to classify pictures from a folder per class.

Each picture's class is the name of the folder it is in. Part of the pictures is set aside, a model
learns from the others, and how it does on those set aside is reported; or, with --cv, each part
is set aside in turn. Then the model learns from all of them and is saved.

With several values of --C, the best by a cross-validation among the pictures learned from is taken.
A recipe with codebooks that are still to be learned learns them first, from all pictures but not
from their classes. With --cnn a small network learns from the pictures themselves, brought to one
size; with --autoencoder or --vae, a model that makes pictures like them. Pictures that cannot be
read are listed on standard error and left out; the exit status stays 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ..classify import StratifiedKFold, train_test_split
from ..classify._cross_val import class_scores, copied
from ..collection import ImageClassifier, Report
from ..collection._learning import learned
from ..collection._samples import labeled_samples
from . import _generator_options
from ._models import CHOICE_FOLDS, DEFAULT_MODEL, MODELS, chosen_cost, make_model
from ._options import (
    DEFAULT_RECIPE,
    WrongUse,
    add_jobs,
    add_recipe,
    folds,
    load_recipe,
    not_negative_int,
    positive_float,
    positive_int,
    share,
    show_progress,
)
from ._output import failures_json, plural, print_json, report_failures, say
from ._pictures import describe

if TYPE_CHECKING:
    import argparse

    from .._validate import Array

_TEST_SIZE = 0.2
_SIZE, _EPOCHS = 64, 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", metavar="DIR", help="a folder with a folder for each class")
    parser.add_argument("--out", metavar="MODEL", required=True, help="file to write")
    add_recipe(parser)
    parser.add_argument(
        "--model",
        choices=MODELS,
        default=DEFAULT_MODEL,
        help=f"what learns (default: {DEFAULT_MODEL})",
    )
    parser.add_argument(
        "--C",
        type=positive_float,
        nargs="+",
        metavar="X",
        help="of linear-svc: cost of a mistake, smaller values regularize more (default: 1)",
    )
    parser.add_argument(
        "--cv",
        type=folds,
        metavar="N",
        help="judge by so many parts in turn, in place of --test-size",
    )
    parser.add_argument(
        "--test-size",
        type=share,
        metavar="X",
        help=f"share of the pictures to judge by, the same of each class (default: {_TEST_SIZE})",
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
    parser.add_argument(
        "--cnn",
        action="store_true",
        help="learn a small network in place of a recipe and a model (MODEL.safetensors)",
    )
    parser.add_argument(
        "--size",
        type=positive_int,
        metavar="N",
        help=f"of --cnn: pixels that pictures are brought to, each way (default: {_SIZE})",
    )
    parser.add_argument(
        "--epochs",
        type=positive_int,
        metavar="N",
        help=f"of --cnn: how many times it sees all pictures (default: {_EPOCHS})",
    )
    parser.add_argument("--html", metavar="PAGE.html", help="write the report as a page")
    _generator_options.add_arguments(parser)
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if _generator_options.is_wanted(options):
        from ._train_generator import run as run_generator

        return run_generator(options)
    _check(options)
    if options.cnn:
        from ._train_cnn import run as run_cnn

        return run_cnn(options, _check_classes)
    recipe = load_recipe(options.recipe or DEFAULT_RECIPE)
    samples = labeled_samples(options.folder, None)
    if len(samples.classes) > 1:
        recipe = learned(recipe, samples.sources, options.jobs)
    kept, vectors, failures = describe(
        recipe, samples.sources, options.jobs, show_progress(options)
    )
    report_failures(failures)
    labels = samples.labels[kept]
    _check_classes(options, samples.classes, labels)
    model, parts = make_model(options), _parts(options, labels)
    fitted = [copied(model).fit(vectors[train], labels[train]) for train, _ in parts]
    report = _judge(fitted, parts, vectors, labels, [samples.sources[i] for i in kept])
    model = fitted[0] if options.no_refit else model.fit(vectors, labels)
    ImageClassifier.from_model(recipe, model).save(options.out)
    if options.html is not None:
        report.to_html(options.html)
    accuracies = [
        _accuracy(m, test, vectors, labels) for m, (_, test) in zip(fitted, parts, strict=True)
    ]
    facts = {
        "train": len(labels) if options.cv else len(parts[0][0]),
        "test": len(report.y_true),
        "cv": accuracies if options.cv else None,
        "C": chosen_cost(model),
        "refit": not options.no_refit,
    }
    if options.json:
        print_json(
            {
                "model": options.out,
                "type": options.model,
                "recipe": json.loads(recipe.to_json()),
                **facts,
                "report": report.to_dict(),
                "failures": failures_json(failures),
            }
        )
    else:
        _print(options, report, facts)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse options that do not go together, and fill in the others."""
    _check_cnn(options)
    if options.C is not None and options.model != DEFAULT_MODEL:
        raise WrongUse(f"--C is of --model {DEFAULT_MODEL}: leave it out")
    if options.cv is not None and (options.test_size is not None or options.no_refit):
        raise WrongUse("--cv judges by all pictures: leave out --test-size and --no-refit")
    options.C = [1.0] if options.C is None else options.C
    options.test_size = _TEST_SIZE if options.test_size is None else options.test_size


def _check_cnn(options: argparse.Namespace) -> None:
    others = (options.recipe, options.C, options.cv)
    if options.cnn and (any(x is not None for x in others) or options.model != DEFAULT_MODEL):
        raise WrongUse("--cnn has no --recipe, --model, --C and --cv: leave them out")
    if not options.cnn and (options.size is not None or options.epochs is not None):
        raise WrongUse("--size and --epochs are of --cnn: leave them out")
    options.size, options.epochs = options.size or _SIZE, options.epochs or _EPOCHS


def _check_classes(options: argparse.Namespace, classes: list[str], labels: Array) -> None:
    folder = options.folder
    if len(classes) < 2:
        raise ValueError(f"{folder}: must have folders for at least two classes, has {classes}")
    names, counts = np.unique(labels, return_counts=True)
    least = options.cv or 2
    few = sorted(set(classes) - set(names[counts >= least].tolist()))
    if few:
        number = "two" if least == 2 else least
        raise ValueError(f"{folder}: each class must have {number} readable pictures, not so {few}")


def _parts(options: argparse.Namespace, labels: Array) -> list[Any]:
    """Return the rows to learn from and to judge by, once or for each fold."""
    if options.cv:
        splitter = StratifiedKFold(options.cv, shuffle=True, random_state=options.seed)
        return list(splitter.split(labels, labels))
    size, seed = options.test_size, options.seed
    rows = np.arange(len(labels))
    return [train_test_split(rows, test_size=size, stratify=labels, random_state=seed)]


def _accuracy(model: Any, rows: Array, vectors: Array, labels: Array) -> float:
    return float((model.predict(vectors[rows]) == labels[rows]).mean())


def _judge(
    fitted: list[Any], parts: list[Any], vectors: Array, labels: Array, paths: list[str]
) -> Report:
    """Return one report on the test parts of all folds together."""
    rows = np.concatenate([test for _, test in parts])
    predicted = np.concatenate(
        [m.predict(vectors[test]) for m, (_, test) in zip(fitted, parts, strict=True)]
    )
    scores = [
        class_scores(model, vectors[test]) for model, (_, test) in zip(fitted, parts, strict=True)
    ]
    known = [part for part in scores if part is not None]
    joined = np.concatenate(known) if len(known) == len(scores) else None
    shown = [paths[i] for i in rows]
    return Report(fitted[0].classes_, labels[rows], predicted, joined, shown)


def _print(options: argparse.Namespace, report: Report, facts: dict[str, Any]) -> None:
    if options.cv:
        accuracies = 100 * np.array(facts["cv"])
        head = (
            f"{plural(facts['test'], 'picture')}, each judged by what learned from the other "
            f"{options.cv - 1} of {options.cv} parts: accuracy {accuracies.mean():.1f} % ± "
            f"{accuracies.std():.1f} between the parts"
        )
    else:
        head = f"{plural(facts['train'], 'picture')} to learn from, {facts['test']:,} to judge by"
    say(f"{head}\n\n{report}\n")
    if len(options.C) > 1:
        say(f"Chose C = {facts['C']:g} by cross-validation in {CHOICE_FOLDS} parts")
    count = facts["train"] + (0 if options.no_refit or options.cv else facts["test"])
    say(f"Saved the model, which learned from {plural(count, 'picture')}, as {options.out}")

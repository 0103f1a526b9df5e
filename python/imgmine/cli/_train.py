"""Learn to classify pictures from a folder per class.

Each picture's class is the name of the folder it is in. Part of the pictures is set aside, a
linear support vector machine learns from the others, and how it does on those set aside is
reported. Then it learns from all of them and is saved. Pictures that cannot be read are listed
on standard error and left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..classify import LinearSVC, train_test_split
from ..collection import ImageClassifier
from ..io import find_images
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
from ._output import failures_json, plural, print_json, report_failures
from ._pictures import describe, judge

if TYPE_CHECKING:
    import argparse


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
    found = find_images(options.folder)
    paths, vectors, failures = describe(recipe, found, options.jobs, show_progress(options))
    report_failures(failures)
    labels = np.array([path.parent.name for path in paths])
    rows = np.arange(len(paths))
    train, test = train_test_split(
        rows, test_size=options.test_size, stratify=labels, random_state=options.seed
    )

"""Turn pictures into vectors.

Prints a line per picture: its path, a tab, and the numbers. Pictures that cannot be read are
listed on standard error and left out, and the exit status is 1. With --out nothing is written
then, as the rows would no longer stand for the pictures in their order.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from ._options import DEFAULT_RECIPE, add_jobs, add_recipe, load_recipe, show_progress
from ._output import failures_json, plural, print_json, report_failures, say
from ._pictures import describe, pictures

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures, or folders of them")
    add_recipe(parser)
    parser.add_argument(
        "--out",
        metavar="FILE.npy",
        help="write the vectors there as a NumPy array, shape (N, D), float32; print no numbers",
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    recipe = load_recipe(options.recipe or DEFAULT_RECIPE)
    paths = pictures(options.files)
    kept, vectors, failures = describe(recipe, paths, options.jobs, show_progress(options))
    report_failures(failures)
    out = options.out if not failures else None
    if out is not None:
        with open(out, "wb") as file:  # noqa: PTH123 - np.save would append ".npy" to a name
            np.save(file, vectors)
    if options.json:
        print_json(
            {
                "recipe": json.loads(recipe.to_json()),
                "size": recipe.size,
                "paths": [paths[i] for i in kept],
                "vectors": vectors if options.out is None else None,
                "out": out,
                "failures": failures_json(failures),
            }
        )
    elif out is not None:
        say(f"Wrote {plural(len(vectors), 'vector')} of {recipe.size} numbers to {out}.")
    elif options.out is None:
        for i, vector in zip(kept, vectors, strict=True):
            say(f"{paths[i]}\t{' '.join(f'{value:.6g}' for value in vector)}")
    return 1 if failures else 0

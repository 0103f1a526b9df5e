"""Options that several commands have, and what their values may be."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..features import Recipe

DEFAULT_RECIPE = "color"


class WrongUse(Exception):  # noqa: N818 - what the message is about, not the program
    """Options that do not go together; the exit status is 2."""


def add_recipe(parser: argparse.ArgumentParser, default: str = DEFAULT_RECIPE) -> None:
    """Add ``--recipe``."""
    parser.add_argument(
        "--recipe",
        type=recipe_name,
        metavar="NAME|FILE.json",
        help=f"how pictures become vectors (default: {default})",
    )


def add_using(parser: argparse.ArgumentParser) -> None:
    """Add ``--using``."""
    parser.add_argument(
        "--using", metavar="NAME", help="the recipe to search by, in a catalogue of several"
    )


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add ``--jobs``."""
    parser.add_argument(
        "--jobs",
        type=positive_int,
        metavar="N",
        help="threads that read pictures (default: one per CPU)",
    )


def positive_int(text: str) -> int:
    """Parse a whole number above 0."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return number


def folds(text: str) -> int:
    """Parse a number of parts, at least two."""
    number = positive_int(text)
    if number < 2:
        raise argparse.ArgumentTypeError(f"must be at least 2, got {text!r}")
    return number


def not_negative_int(text: str) -> int:
    """Parse a whole number from 0 on."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 on, got {text!r}")
    return number


def positive_float(text: str) -> float:
    """Parse a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return number


def share(text: str) -> float:
    """Parse a number between 0 and 1."""
    number = positive_float(text)
    if number >= 1:
        raise argparse.ArgumentTypeError(f"must be between 0 and 1, got {text!r}")
    return number


def recipe_name(text: str) -> str:
    """Parse the name of a preset, or a file."""
    from ..features import Recipe  # brings NumPy, which --help does without

    if not _is_file(text):
        try:
            Recipe.named(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{error}, or a file FILE.json") from None
    return text


def _is_file(text: str) -> bool:
    return text.lower().endswith(".json")


def load_recipe(text: str) -> Recipe:
    """Return the recipe that a value of ``--recipe`` stands for."""
    from ..features import Recipe

    if _is_file(text):
        return Recipe.from_json(Path(text).read_text(encoding="utf-8"))
    return Recipe.named(text)


def show_progress(options: argparse.Namespace) -> bool:
    """Say whether somebody is looking who wants to see a progress bar."""
    return sys.stderr.isatty() and not options.json

"""Suggest tags for pictures, from the tags and labels of similar pictures in a catalogue.

Prints for each picture the tags and how certain each is, from 0 to 1. With --keep, pictures of the
catalogue get those that are certain enough, beside the tags they have; with --set, these tags.
Pictures that cannot be read are listed on standard error, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._errors import DecodeError
from ..collection._names import printable
from ..collection._pictures import absolute
from ._options import WrongUse, positive_int, share
from ._output import failures_json, print_json, report_failures, say
from ._pictures import open_catalogue, reason_of

if TYPE_CHECKING:
    import argparse

    from ..collection import ImageIndex, Suggestion


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "catalogue", metavar="CATALOGUE|DIR", help="a catalogue, or the folder it is in"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures")
    parser.add_argument(
        "-k", type=positive_int, default=10, metavar="N", help="how many to ask (default: 10)"
    )
    parser.add_argument(
        "--least",
        type=share,
        default=0.1,
        metavar="SHARE",
        help="leave out tags that are less certain (default: 0.1)",
    )
    parser.add_argument("--keep", action="store_true", help="give pictures the tags suggested")
    parser.add_argument(
        "--set", metavar="TAG,TAG", help="ask nobody: give the pictures these tags, or none"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.keep and options.set is not None:
        raise WrongUse("--keep and --set do not go together")
    writes = options.keep or options.set is not None
    found: dict[str, list[Suggestion]] = {}
    failures: list[tuple[str, str]] = []
    with open_catalogue(options.catalogue, "a" if writes else "r") as index:
        for file in dict.fromkeys(options.files):
            try:
                found[file] = [] if options.set is not None else _suggest(index, file, options)
                if writes:
                    _keep(index, file, found[file], options.set)
            except (OSError, DecodeError) as error:
                failures.append((file, reason_of(error)))
    report_failures(failures)
    if options.json:
        pictures = [
            {"path": file, "tags": [suggestion._asdict() for suggestion in of_one]}
            for file, of_one in found.items()
        ]
        print_json({"pictures": pictures, "failures": failures_json(failures)})
    elif options.set is None:
        for file, of_one in found.items():
            tags = ", ".join(f"{printable(tag)} {confidence:.2f}" for tag, confidence in of_one)
            say(f"{file}: {tags or 'no tags found'}")
    return 1 if failures else 0


def _suggest(index: ImageIndex, file: str, options: argparse.Namespace) -> list[Suggestion]:
    suggestions = index.suggest_tags(file, options.k)
    return [found for found in suggestions if found.confidence >= options.least]


def _keep(index: ImageIndex, file: str, found: list[Suggestion], given: str | None) -> None:
    if given is not None:
        tags = [tag.strip() for tag in given.split(",") if tag.strip()]
    else:
        known = dict(zip(index.paths(), index.tags(), strict=True))
        name = file if file in known else absolute(file)
        tags = [*known.get(name, ()), *(str(tag) for tag, _ in found)]
    if not index.annotate(file, tags=tags):
        raise FileNotFoundError(f"{file} is not in the catalogue")

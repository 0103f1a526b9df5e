"""Erase pictures from a catalogue, so that nothing of them is left in its files.

The pictures' own files are left alone. The whole database is written anew: erase many pictures in
one go. What the catalogue does not hold is listed on standard error, and the exit status is 1.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..collection._pictures import absolute
from ._output import plural, print_json, say
from ._pictures import open_catalogue

if TYPE_CHECKING:
    import argparse

    from ..collection import ImageIndex


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "catalogue", metavar="CATALOGUE|DIR", help="a catalogue, or the folder it is in"
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="paths of pictures, or names; they need not exist"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    with open_catalogue(options.catalogue, "a") as index:
        missing = _missing(index, options.files)
        erased = index.erase(options.files)
    for file in missing:
        say(f"{file}: not in the catalogue", file=sys.stderr)
    if options.json:
        print_json({"erased": erased, "missing": missing})
    else:
        say(f"{options.catalogue}: {plural(erased, 'picture')} erased")
    return 1 if missing else 0


def _missing(index: ImageIndex, files: list[str]) -> list[str]:
    known = {*index.paths(), *(path for path, _ in index.failures())}
    return [file for file in dict.fromkeys(files) if not known & {file, absolute(file)}]

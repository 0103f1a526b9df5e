"""Verify a catalogue: its database, and the checksum of every picture in it.

Prints what is wrong, one problem a line; the exit status is 1 if there is anything. --rebuild first
makes anew what can be derived, such as the database's indexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._output import print_json, say
from ._pictures import open_catalogue

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "catalogue", metavar="CATALOGUE|DIR", help="a catalogue, or the folder it is in"
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="make anew what can be derived, then verify"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    with open_catalogue(options.catalogue, "a" if options.rebuild else "r") as index:
        report = index.rebuild() if options.rebuild else index.check()
    if options.json:
        print_json({"n_pictures": report.n_pictures, "problems": report.problems})
    else:
        say(f"{options.catalogue}: {report}")
    return 0 if report.ok else 1

"""Put a folder of pictures into a catalogue, or bring a catalogue up to date.

Files that have not changed since the last time are skipped, so running it again is cheap, and a
run that was interrupted goes on where it stopped. Pictures that cannot be read are listed on
standard error and left out; the exit status is 0 all the same, unless --strict is given.
"""

from __future__ import annotations

import os
import stat
from errno import ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING

from ..collection import ImageIndex
from ._options import WrongUse, add_jobs, load_recipe, recipe_name, show_progress
from ._output import failures_json, plural, print_json, report_failures, say
from ._pictures import CATALOGUE

if TYPE_CHECKING:
    import argparse

    from ..collection import AddReport
    from ..features import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("folder", metavar="DIR", help="a folder; those below it count, too")
    parser.add_argument(
        "--out",
        metavar="CATALOGUE",
        help=f"folder of the catalogue, made if there is none (default: DIR/{CATALOGUE})",
    )
    parser.add_argument(
        "--recipe",
        type=recipe_name,
        action="append",
        metavar="NAME|FILE.json",
        help="how pictures become vectors (default: color); give it again for more ways to search "
        "the same catalogue, named as they are here, without .json",
    )
    parser.add_argument(
        "--labels-from-folders",
        action="store_true",
        help="label each picture with the name of the folder it is in",
    )
    parser.add_argument(
        "--prune", action="store_true", help="drop pictures whose files are no longer there"
    )
    parser.add_argument(
        "--thumbnails",
        action="store_const",
        const=True,
        help="let a new catalogue keep a small JPEG of each picture",
    )
    add_jobs(parser)
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 if a picture cannot be read"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    folder = Path(options.folder)
    if not stat.S_ISDIR(folder.stat().st_mode):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), str(folder))
    catalogue = folder / CATALOGUE if options.out is None else Path(options.out)
    recipe = _recipes(options.recipe or [])
    with ImageIndex.open(catalogue, recipe=recipe, thumbnails=options.thumbnails) as index:
        report = index.add(
            folder,
            labels="folder" if options.labels_from_folders else None,
            prune=options.prune,
            n_jobs=options.jobs,
            progress=show_progress(options),
        )
        size = len(index)
    report_failures(report.failures)
    if options.json:
        print_json(_document(catalogue, size, report))
    else:
        say(f"{catalogue}: {_counts(report)}; {plural(size, 'picture')} in the catalogue")
    return 1 if options.strict and report.failed else 0


def _recipes(texts: list[str]) -> Recipe | dict[str, Recipe] | None:
    if len(texts) < 2:
        return load_recipe(texts[0]) if texts else None
    recipes = {Path(text).stem: load_recipe(text) for text in texts}
    if len(recipes) < len(texts):
        raise WrongUse("--recipe: two recipes have one name")
    return recipes


def _counts(report: AddReport) -> str:
    names = ("added", "updated", "moved", "unchanged", "removed")
    counts = {name: getattr(report, name) for name in names}
    counts["not readable"] = report.failed
    return ", ".join(
        f"{count:,} {name}" for name, count in counts.items() if count or name == "added"
    )


def _document(catalogue: Path, size: int, report: AddReport) -> dict[str, object]:
    counts = ("added", "updated", "moved", "unchanged", "removed", "failed")
    return {
        "catalogue": catalogue,
        "size": size,
        **{name: getattr(report, name) for name in counts},
        "failures": failures_json(report.failures),
    }

"""Find the files that show the same picture, and show them side by side.

Prints each group: the file to keep, and below it those that can go, with how they are the same.
Nothing is deleted. --move-to-trash says what would be moved; with --yes, all files of a group but
the first are moved to a folder, from which --restore puts them back. Files that cannot be read are
listed on standard error, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._options import WrongUse, add_jobs, not_negative_int, positive_float, show_progress
from ._output import failures_json, plural, print_json, report_failures, say

if TYPE_CHECKING:
    import argparse

    from ..collection import TrashReport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("files", nargs="*", metavar="DIR", help="folders of pictures, or pictures")
    parser.add_argument(
        "--kind",
        choices=("near", "pixels", "bytes"),
        default="near",
        help="what counts: altered copies, too; the same pixels; the same bytes (default: near)",
    )
    parser.add_argument(
        "--threshold",
        type=positive_float,
        default=0.92,
        metavar="S",
        help="least score of a near copy, at most 1; higher finds fewer (default: 0.92)",
    )
    parser.add_argument(
        "--radius",
        type=not_negative_int,
        metavar="BITS",
        help="most bits, of 64, in which the hashes of near copies differ (default: 22; 16 with "
        "more than 10,000 pictures, 10 with more than 200,000)",
    )
    parser.add_argument("--page", metavar="FILE.html", help="write a page that shows the groups")
    parser.add_argument(
        "--move-to-trash",
        metavar="FOLDER",
        help="move all files of each group but the first to a folder; says only what it would "
        "move, unless --yes is there, too",
    )
    parser.add_argument("--yes", action="store_true", help="do move")
    parser.add_argument(
        "--restore", metavar="FOLDER", help="put the files of a trash folder back where they were"
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.restore is not None:
        if options.files or options.move_to_trash is not None or options.page is not None:
            raise WrongUse("--restore stands alone")
        return _restore(options)
    if not options.files:
        raise WrongUse("which folder? imgmine duplicates DIR")
    if options.threshold > 1:
        raise WrongUse(f"--threshold must be at most 1, got {options.threshold}")
    if options.yes and options.move_to_trash is None:
        raise WrongUse("--yes needs --move-to-trash")
    return _find(options)


def _find(options: argparse.Namespace) -> int:
    from ..collection import find_duplicates

    found = find_duplicates(
        options.files[0] if len(options.files) == 1 else options.files,
        kind=options.kind,
        threshold=options.threshold,
        radius=options.radius,
        n_jobs=options.jobs,
        progress=show_progress(options),
    )
    report_failures(found.failures)
    document: dict[str, Any] = {**found.to_dict(), "failures": failures_json(found.failures)}
    if options.page is not None:
        found.to_html(options.page)
        document["page"] = options.page
    if not options.json:
        say(str(found))
        if options.page is not None:
            say(f"Wrote {options.page}.")
    status = 1 if found.failures else 0
    if options.move_to_trash is not None and found.groups:
        if options.yes:
            report = found.move_to_trash(options.move_to_trash)
            document["trash"] = _trash_json(report)
            status = max(status, _say_report(report, options))
        elif not options.json:
            count = sum(len(group.others) for group in found)
            say(f"{plural(count, 'file')} would be moved to {options.move_to_trash}; --yes moves.")
    if options.json:
        print_json(document)
    return status


def _restore(options: argparse.Namespace) -> int:
    from ..collection import restore_from_trash

    report = restore_from_trash(options.restore)
    status = _say_report(report, options)
    if options.json:
        print_json(_trash_json(report))
    return status


def _say_report(report: TrashReport, options: argparse.Namespace) -> int:
    if not options.json:
        say(str(report))
        for path, why in report.skipped:
            say(f"  {path}: {why}")
    return 1 if report.skipped else 0


def _trash_json(report: TrashReport) -> dict[str, Any]:
    return {
        "moved": [{"from": str(path), "to": str(place)} for path, place in report.moved],
        "skipped": failures_json([(str(path), why) for path, why in report.skipped]),
    }

"""Tell the class of pictures.

Prints a line per picture: its path, a tab, and its class. Pictures that cannot be read are
listed on standard error and left out, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._judging import judge
from ._options import add_jobs, show_progress
from ._output import failures_json, print_json, report_failures, say
from ._pictures import pictures

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("model", metavar="MODEL", help='a file that "imgmine train" wrote')
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures, or folders of them")
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    paths = pictures(options.files)
    judged = judge(options.model, paths, options.jobs, show_progress(options))
    report_failures(judged.failures)
    kept = [paths[i] for i in judged.kept]
    if options.json:
        print_json(
            {
                "model": options.model,
                "classes": judged.classes,
                "predictions": [
                    {"path": path, "label": label, "scores": row}
                    for path, label, row in zip(
                        kept, judged.labels, judged.score_rows(), strict=True
                    )
                ],
                "failures": failures_json(judged.failures),
            }
        )
    else:
        for path, label in zip(kept, judged.labels, strict=True):
            say(f"{path}\t{label}")
    return 1 if judged.failures else 0

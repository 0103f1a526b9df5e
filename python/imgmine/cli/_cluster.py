"""Sort pictures into groups of alike ones, and write a page that shows them.

Nobody has to name a group: how many there are is chosen by how far they are apart, unless --n or
--eps says otherwise. The page shows the most typical and the most unusual pictures of each group.
Prints a table: group, number of pictures, path of the most typical. Pictures that cannot be read
are listed on standard error, the others grouped, and the exit status is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..collection._image_clusters import cluster_images
from ._options import add_jobs, add_recipe, load_recipe, positive_float, positive_int, show_progress
from ._output import print_json, report_failures, say
from ._pictures import pictures

if TYPE_CHECKING:
    import argparse

_DEFAULT_RECIPE = "balanced"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("files", nargs="+", metavar="DIR", help="folders of pictures, or pictures")
    number = parser.add_mutually_exclusive_group()
    number.add_argument(
        "--n",
        type=positive_int,
        metavar="K",
        help="how many groups, by k-means (default: the number whose groups are farthest apart)",
    )
    number.add_argument(
        "--eps",
        type=positive_float,
        metavar="E",
        help="group by density: what steps of at most E (from 0 to 2) connect belongs together, "
        "the rest to no group",
    )
    parser.add_argument(
        "--min-samples",
        type=positive_int,
        default=5,
        metavar="M",
        help="with --eps: how many pictures within E make a place dense (default: 5)",
    )
    add_recipe(parser, _DEFAULT_RECIPE)
    parser.add_argument(
        "--out",
        default="clusters.html",
        metavar="PAGE.html",
        help="the page to write (default: clusters.html)",
    )
    parser.add_argument(
        "--plot",
        metavar="FILE.png",
        help="draw the groups, too; needs matplotlib: pip install 'imgmine[plot]'",
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    found = cluster_images(
        pictures(options.files),
        options.n,
        eps=options.eps,
        min_samples=options.min_samples,
        recipe=load_recipe(options.recipe or _DEFAULT_RECIPE),
        n_jobs=options.jobs,
        progress=show_progress(options),
    )
    report_failures(found.failures)
    found.to_html(options.out)
    if options.plot is not None:
        found.plot(options.plot)
    if options.json:
        print_json({"out": options.out, **found.to_dict()})
    else:
        say(f"{found}\nWrote {options.out}.")
    return 1 if found.failures else 0

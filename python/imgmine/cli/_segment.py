"""Split a picture into regions, and show, name and write them down.

Writes a label image: a gray PNG in which each pixel has the number of its region. Looks black in a
viewer; --annotated draws a picture to look at, and --page a page with the picture beside its
regions and a table of them. Prints how many regions there are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..io import imread, imwrite
from ..segment import annotate, classify_regions, save_labels, to_coco
from . import _segment_page
from ._options import positive_float, positive_int
from ._output import plain, plural, print_json, say
from ._segment_methods import METHODS, regions_of
from ._segment_table import table_of

if TYPE_CHECKING:
    import argparse

    from .._validate import Array
    from ..segment import RegionClasses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", metavar="FILE", help="the picture")
    summaries = "; ".join(f"{name}: {method.summary}" for name, method in METHODS.items())
    default = next(iter(METHODS))
    parser.add_argument(
        "--method",
        choices=list(METHODS),
        default=default,
        help=f"{summaries} (default: {default})",
    )
    parser.add_argument(
        "--n",
        type=positive_int,
        metavar="K",
        help="about how many regions (300); of kmeans: how many colors (6)",
    )
    parser.add_argument(
        "--scale",
        type=positive_float,
        metavar="S",
        help="of felzenszwalb: the more, the larger regions become (default: 100)",
    )
    parser.add_argument(
        "--min-size",
        type=positive_int,
        metavar="M",
        help="pixels a region has at least: felzenszwalb joins smaller ones to others (20), otsu "
        "drops them (1)",
    )
    parser.add_argument("--dark", action="store_true", help="of otsu: the darker parts")
    parser.add_argument(
        "--box",
        type=int,
        nargs=4,
        metavar=("X", "Y", "WIDTH", "HEIGHT"),
        help="of grabcut: a box around the object",
    )
    parser.add_argument(
        "--classifier",
        metavar="MODEL",
        help='name each region by a classifier that "imgmine train" wrote',
    )
    parser.add_argument(
        "--out",
        default="labels.png",
        metavar="LABELS.png",
        help="the label image to write (default: labels.png)",
    )
    parser.add_argument("--annotated", metavar="FILE", help="draw the regions over the picture")
    parser.add_argument("--page", metavar="PAGE.html", help="write a page that shows them")
    parser.add_argument("--coco", metavar="FILE.json", help="write them in COCO's form")


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    image = imread(options.file)
    labels = regions_of(image, options)
    classes = _classes(image, labels, options.classifier)
    save_labels(options.out, labels)
    wrote = [options.out, *_write_others(image, labels, classes, options)]
    rows = table_of(image, labels, classes)
    if options.json:
        height, width = labels.shape
        names = ("method", "out", "annotated", "page", "coco")
        facts = {"path": options.file, "height": height, "width": width, "n": len(rows)}
        print_json({**facts, **{name: getattr(options, name) for name in names}, "regions": rows})
        return 0
    largest = max((row["share"] for row in rows), default=0.0)
    say(f"{plural(len(rows), 'region')} by {options.method}; the largest has {largest:.1%}.")
    say(f"Wrote {', '.join(wrote)}.")
    return 0


def _classes(image: Array, labels: Array, path: str | None) -> RegionClasses | None:
    if path is None:
        return None
    from ..collection import ImageClassifier

    return classify_regions(image, labels, ImageClassifier.load(path))


def _write_others(
    image: Array, labels: Array, classes: RegionClasses | None, options: argparse.Namespace
) -> list[str]:
    """Write what else is asked for; return the files."""
    names: dict[int, str] | None = None if classes is None else classes.names
    if options.annotated is not None:
        imwrite(options.annotated, annotate(image, labels, names=names))
    if options.coco is not None:
        document: dict[str, Any] = to_coco(labels, names=names, file_name=Path(options.file).name)
        _segment_page.write_text(options.coco, json.dumps(plain(document)))
    if options.page is not None:
        rows = table_of(image, labels, classes)
        _segment_page.write(options.page, image, np.asarray(labels), rows, options)
    files = (options.annotated, options.coco, options.page)
    return [file for file in files if file is not None]

"""Find the pictures most similar to others.

Prints for each picture a table of what was found: place, score, label if there are any, path; with
--classify before it the picture's class.
Pictures to search with that cannot be read are listed on standard error, the others searched
with, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._errors import DecodeError
from ..collection import _html
from ..collection._names import printable
from ..collection._results import hit_figure
from ._judging import judge
from ._options import WrongUse, add_using, not_negative_int, positive_int
from ._output import failures_json, print_json, report_failures, say
from ._pictures import open_catalogue, reason_of

if TYPE_CHECKING:
    from ..collection import ImageIndex, RecipeView, Results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "catalogue",
        metavar="CATALOGUE|DIR",
        help='a catalogue, or a folder of pictures that "imgmine index" has been through',
    )
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="pictures to search with")
    parser.add_argument(
        "--text",
        metavar="WORDS",
        help="search for what a text says, in a catalogue made by a pair of networks; "
        "IMGMINE_MODELS names the folder of their files",
    )
    parser.add_argument(
        "-k", type=positive_int, default=10, metavar="N", help="how many to find (default: 10)"
    )
    add_using(parser)
    parser.add_argument("--label", metavar="LABEL", help="only find pictures with this label")
    parser.add_argument(
        "--tag", action="append", metavar="TAG", help="only find pictures with this tag, or these"
    )
    parser.add_argument(
        "--where",
        action="append",
        type=_condition,
        metavar="KEY=VALUE",
        help="only find pictures whose metadata are so; also KEY<VALUE, <=, >, >=, !=",
    )
    parser.add_argument(
        "--expand",
        type=not_negative_int,
        default=0,
        metavar="N",
        help="average the query with the first N hits and search again",
    )
    parser.add_argument(
        "--rerank",
        type=not_negative_int,
        default=0,
        metavar="N",
        help="rank the best N again by the neighbors they share with the query",
    )
    parser.add_argument(
        "--verify",
        type=not_negative_int,
        default=0,
        metavar="N",
        help="look closer at the best N: those that show the same object come first",
    )
    parser.add_argument(
        "--classify",
        metavar="MODEL",
        help='also tell the class of each IMAGE, by a file that "imgmine train" wrote',
    )
    parser.add_argument("--html", metavar="PAGE.html", help="write a page that shows them")
    parser.add_argument(
        "--plot",
        metavar="FILE.png",
        help="draw what one IMAGE found; needs matplotlib: pip install 'imgmine[plot]'",
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    if bool(options.images) == (options.text is not None):
        raise WrongUse("give either IMAGE or --text")
    if options.text is not None and options.verify:
        raise WrongUse("--verify compares pictures: it does not go with --text")
    if options.text is not None and options.classify is not None:
        raise WrongUse("--classify tells the class of pictures: it does not go with --text")
    if options.plot is not None and len(options.images) > 1:
        raise WrongUse("--plot draws one search: give one IMAGE")
    with open_catalogue(options.catalogue) as index:
        chosen = index if options.using is None else index.using(options.using)
        found, failures = _search(chosen, options)
    named = _classify(options.classify, list(found))
    report_failures(failures)
    if options.html is not None and found:
        _write_page(options.html, found)
    for results in found.values() if options.plot is not None else ():
        results.plot(options.plot)
    if options.json:
        searches = [
            {
                "query": path,
                "metric": results.metric,
                "hits": results.to_dicts(),
                **({"prediction": named[path]} if path in named else {}),
            }
            for path, results in found.items()
        ]
        print_json({"searches": searches, "failures": failures_json(failures)})
    else:
        heads = (_head(path, named, is_alone=len(options.images) < 2) for path in found)
        texts = (f"{head}{results}" for head, results in zip(heads, found.values(), strict=True))
        say("\n\n".join(texts), end="\n" if found else "")
    return 1 if failures else 0


def _search(
    index: ImageIndex | RecipeView, options: argparse.Namespace
) -> tuple[dict[str, Results], list[tuple[str, str]]]:
    where: dict[str, dict[str, Any]] = {}
    for key, sign, value in options.where or ():
        where.setdefault(key, {})[sign] = value
    search = partial(
        index.search,
        k=options.k,
        label=_label(index, options.label),
        tags=options.tag,
        where=where,
        expand=options.expand,
        rerank=options.rerank,
    )
    if options.text is not None:
        return {options.text: search(text=options.text)}, []
    found: dict[str, Results] = {}
    failures: list[tuple[str, str]] = []
    for path in dict.fromkeys(options.images):
        try:
            found[path] = search(path, verify=options.verify)
        except (OSError, DecodeError) as error:
            failures.append((path, reason_of(error)))
    return found, failures


def _classify(model: str | None, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Return each picture's class and scores, if there is a model that tells them."""
    if model is None or not paths:
        return {}
    judged = judge(model, paths)
    classes = [str(label) for label in judged.classes.tolist()]
    return {
        paths[i]: {
            "label": label,
            "scores": None if row is None else dict(zip(classes, row, strict=True)),
        }
        for i, label, row in zip(judged.kept, judged.labels, judged.score_rows(), strict=True)
    }


def _head(path: str, named: dict[str, dict[str, Any]], *, is_alone: bool) -> str:
    """Return what stands above a picture's hits: its path if there are others, and its class."""
    line = "" if is_alone else f"{path}\n"
    return f"{line}class: {named[path]['label']}\n" if path in named else line


def _label(index: ImageIndex | RecipeView, text: str | None) -> str | int | None:
    """Return the label that a text stands for: a number only where no label is that text."""
    if text is None or text in index.labels():
        return text
    return next((label for label in index.labels() if str(label) == text), text)


def _condition(text: str) -> tuple[str, str, Any]:
    """Parse KEY=VALUE; numbers, true and false are what JSON takes for them."""
    found = re.fullmatch(r"([^<>=!]+)(<=|>=|!=|==|=|<|>)(.*)", text, re.DOTALL)
    if found is None:
        raise argparse.ArgumentTypeError(f"must be KEY=VALUE, got {text!r}")
    key, sign, value = found.groups()
    with contextlib.suppress(ValueError):
        parsed = json.loads(value)
        value = parsed if isinstance(parsed, (str, int, float, bool)) else value
    return key.strip(), "==" if sign == "=" else sign, value


def _write_page(path: str, found: dict[str, Results]) -> None:
    if len(found) == 1:
        next(iter(found.values())).to_html(path)
        return
    sections = []
    for query, results in found.items():
        name = printable(Path(query).name)
        hits = (hit_figure(place, hit) for place, hit in enumerate(results, 1))
        body = _html.beside(_html.figure(query, name, 256, detail="query"), _html.gallery(hits))
        sections.append(_html.section(name, body))
    note = f"{len(found)} searches, most alike first"
    _html.write_file(path, _html.page("Search results", "".join(sections), note=note))

"""See it all on pictures that are already on this machine.

Copies photographs that scikit-image and scikit-learn carry inside their packages into a folder,
puts them into a catalogue, searches it with altered copies of them, and trains and tests a
classifier of handwritten digits. Prints how it went and writes a page that shows it. Nothing is
downloaded. Needs scikit-image and scikit-learn: pip install 'imgmine[demo]'.
"""

from __future__ import annotations

import shlex
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _demo_page, _demo_picture
from ._demo_data import ALTERATIONS, CREDITS, DIGITS_CREDIT
from ._demo_steps import classify_digits, first, retrieve
from ._options import DEFAULT_RECIPE
from ._output import print_json, say, table
from ._pictures import CATALOGUE

if TYPE_CHECKING:
    import argparse

    from ._demo_steps import Digits, Retrieval


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        default="imgmine-demo",
        help="a new folder, or one of an earlier demo (default: imgmine-demo)",
    )
    parser.add_argument(
        "--picture", metavar="FILE", help="also write some of the searches as one picture"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    started = time.perf_counter()
    root = Path(options.out)
    _prepare(root)
    retrieval = retrieve(root, DEFAULT_RECIPE)
    digits = classify_digits()
    page = root / "index.html"
    _demo_page.write(page, retrieval, digits)
    examples = _demo_page.examples(retrieval) or list(retrieval.searches)
    if options.picture is not None:
        shown = [search for search in examples if not search.alteration.subtle]
        _demo_picture.write(options.picture, shown, retrieval.photographs)
    written = {"page": page, "picture": options.picture}
    seconds = time.perf_counter() - started
    if options.json:
        print_json({**_document(retrieval, digits), **written, "seconds": seconds})
    else:
        _print_results(retrieval, digits)
        _print_places(root, written, examples[0].query, seconds)
    return 0


def _prepare(root: Path) -> None:
    """Make sure that `root` holds nothing of anybody else's, and no catalogue."""
    folder = root / "pictures"
    if root.is_dir() and any(root.iterdir()) and not (folder / CREDITS).is_file():
        raise FileExistsError(f"{root}: --out must be a new folder or one of an earlier demo")
    if (folder / CATALOGUE).is_dir():
        shutil.rmtree(folder / CATALOGUE)


def _print_results(retrieval: Retrieval, digits: Digits) -> None:
    say(
        f"Search: {len(retrieval.photographs)} photographs, put into a catalogue in "
        f"{retrieval.seconds_to_index:.2f} s and looked up\n"
        f"with {len(retrieval.searches)} altered copies in {retrieval.seconds_to_search:.2f} s "
        f'(recipe "{retrieval.recipe}")\n'
    )
    say(_indented(table(_searches(retrieval))))
    say(
        f"\nClassification: {digits.n_train:,} handwritten digits learned in "
        f"{digits.seconds_to_train:.2f} s, {len(digits.report.y_true):,} others judged\n"
    )
    measures = _measures(digits)
    cells = [f"{value:.3f}" for value in measures.values()]
    say(_indented(table([[*measures, "mistakes"], [*cells, str(len(digits.report.mistakes))]])))


def _print_places(root: Path, written: dict[str, Any], query: Path, seconds: float) -> None:
    folder = root / "pictures"
    say(
        "\nPhotographs: in scikit-image, CC0 or free of known restrictions, and in scikit-learn,\n"
        f"CC BY 2.0; {folder / CREDITS} names their authors. Digits: E. Alpaydin\n"
        "and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0, in scikit-learn.\n"
    )
    for what, path in written.items():
        if path is not None:
            say(f"The {what}: {path}")
    words = ("imgmine", "search", str(folder), str(query))
    say(f"Done in {seconds:.1f} s. Go on with: {shlex.join(words)}")


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _searches(retrieval: Retrieval) -> list[tuple[str, ...]]:
    """Return a row per kind of copy: how often its original came first, or among three."""
    rows: list[tuple[str, ...]] = [("altered copy", "original first", "among the first 3")]
    groups = [(alteration.name, retrieval.of(alteration)) for alteration in ALTERATIONS]
    for name, searches in [*groups, ("all", list(retrieval.searches))]:
        rows.append((name, *(f"{first(searches, k)} of {len(searches)}" for k in (1, 3))))
    return rows


def _measures(digits: Digits) -> dict[str, float]:
    mean = digits.report.mean("macro")
    names = ("accuracy", "precision", "recall", "f1")
    values = (digits.report.accuracy, mean.precision, mean.recall, mean.f1)
    return dict(zip(names, values, strict=True))


def _document(retrieval: Retrieval, digits: Digits) -> dict[str, Any]:
    searches = []
    for alteration in ALTERATIONS:
        group = retrieval.of(alteration)
        counts = {"first": first(group), "first_3": first(group, 3), "searches": len(group)}
        searches.append({"alteration": alteration.name, **counts})
    return {
        "recipe": retrieval.recipe,
        "photographs": [
            {
                "path": path,
                "author": photograph.author,
                "terms": photograph.terms,
                "package": photograph.package,
            }
            for path, photograph in retrieval.photographs.items()
        ],
        "retrieval": searches,
        "seconds_to_index": retrieval.seconds_to_index,
        "seconds_to_search": retrieval.seconds_to_search,
        "digits": {
            "train": digits.n_train,
            "test": len(digits.report.y_true),
            **_measures(digits),
            "mistakes": len(digits.report.mistakes),
            "seconds_to_train": digits.seconds_to_train,
            "credit": DIGITS_CREDIT,
        },
    }

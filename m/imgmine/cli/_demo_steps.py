"""What the demo does: search with altered copies, classify digits."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..classify import LinearSVC, train_test_split
from ..collection import ImageIndex, Report
from ._demo_data import ALTERATIONS, Alteration, Photograph, copy_photographs, load_digits
from ._pictures import CATALOGUE

if TYPE_CHECKING:
    from pathlib import Path

    from .._validate import Array


@dataclass(frozen=True)
class Found:
    """A picture that a search returned."""

    path: Path
    score: float


@dataclass(frozen=True)
class Search:
    """A search with an altered copy of `original`; `found` is in order."""

    original: Path
    query: Path
    alteration: Alteration
    found: tuple[Found, ...]

    @property
    def rank(self) -> int:
        """Where the original came, from 1."""
        return 1 + [found.path for found in self.found].index(self.original)


@dataclass(frozen=True)
class Retrieval:
    """All searches in a catalogue of all photographs."""

    photographs: dict[Path, Photograph]
    recipe: str
    searches: tuple[Search, ...]
    seconds_to_index: float
    seconds_to_search: float

    def of(self, alteration: Alteration) -> list[Search]:
        """Return the searches with one kind of copy."""
        return [search for search in self.searches if search.alteration is alteration]


def first(searches: list[Search] | tuple[Search, ...], k: int = 1) -> int:
    """Count the searches whose original is among the first `k`."""
    return sum(search.rank <= k for search in searches)


def retrieve(root: Path, recipe: str) -> Retrieval:
    """Index the photographs, and search with altered copies of each; files go under `root`."""
    from ..features import Recipe

    folder = root / "pictures"
    photographs = copy_photographs(folder)
    started = time.perf_counter()
    with ImageIndex.open(folder / CATALOGUE, recipe=Recipe.named(recipe)) as index:
        index.add(list(photographs))
        indexed = time.perf_counter()
        pairs = [
            (original, alteration, alteration.write(original, root / "altered"))
            for alteration in ALTERATIONS
            for original in photographs
        ]
        written = time.perf_counter()
        searches = tuple(
            Search(original, query, alteration, _ask(index, query, folder))
            for original, alteration, query in pairs
        )
        searched = time.perf_counter()
    return Retrieval(photographs, recipe, searches, indexed - started, searched - written)


def _ask(index: ImageIndex, query: Path, folder: Path) -> tuple[Found, ...]:
    hits = index.search(query, k=len(index))
    return tuple(Found(folder / str(hit.path).rpartition("/")[2], hit.score) for hit in hits)


@dataclass(frozen=True)
class Digits:
    """A classifier of digits and how it did on those it had not seen."""

    report: Report
    n_train: int
    seconds_to_train: float


def classify_digits() -> Digits:
    """Learn four fifths of the digits and judge by the rest."""
    images, labels = load_digits()
    # From 0 to 1: LinearSVC wants features of about this size.
    pixels = images.reshape(len(images), -1) / np.float32(16)
    train, test, y_train, y_test, _, pictures = train_test_split(
        pixels, labels, images, test_size=0.2, stratify=labels, random_state=0
    )
    started = time.perf_counter()
    model = LinearSVC().fit(train, y_train)
    seconds = time.perf_counter() - started
    scores = model.decision_function(test)
    predicted = model.classes_[scores.argmax(axis=1)]
    shown = list(ink_on_paper(pictures))
    report = Report(model.classes_, y_test, predicted, scores=scores, samples=shown)
    return Digits(report, len(train), seconds)


def ink_on_paper(digits: Array) -> Array:
    """Return digits of 0 to 16 as pictures of 255 (paper) to 0 (ink), uint8."""
    pictures: Array = (255 - np.minimum(digits * np.uint16(16), 255)).astype(np.uint8)
    return pictures

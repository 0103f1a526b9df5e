"""What a catalogue says about itself: how its pictures are described and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..features import Recipe
from ..similarity import top_k
from . import _catalog
from ._columns import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT = "default"  # the name of a recipe that was given without one
_MOST = 100  # recipes


class Way(NamedTuple):
    """One way to describe pictures, and to compare them."""

    name: str
    recipe: Recipe
    metric: str


class About(NamedTuple):
    """What a catalogue says about itself."""

    ways: tuple[Way, ...]  # the first is used where none is named
    thumbnails: bool

    @property
    def recipes(self) -> dict[str, Recipe]:
        """The recipes by their names."""
        return {way.name: way.recipe for way in self.ways}

    def spans(self) -> list[Span]:
        """Return where in a stored vector each recipe's values are: one behind the other."""
        sizes = [way.recipe.size for way in self.ways]
        return [Span(sum(sizes[:i]), size, sum(sizes)) for i, size in enumerate(sizes)]

    def listings(self) -> list[str]:
        """Return for each recipe the entry of the database that lists its files of vectors."""
        others = (_catalog.LISTING_OF + way.name for way in self.ways[1:])
        return [_catalog.LISTING, *others]


def as_recipe(recipe: Recipe | str) -> Recipe:
    """Return a recipe, or the preset of a name."""
    if isinstance(recipe, str):
        return Recipe.named(recipe)
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe or a name, got {type(recipe).__name__}")
    return recipe


def as_recipes(recipe: Any) -> dict[str, Recipe]:
    """Return what a caller asks for, one recipe or several by name, as recipes by name."""
    if not isinstance(recipe, Mapping):
        return {DEFAULT: as_recipe(recipe)}
    if not 0 < len(recipe) <= _MOST:
        raise ValueError(f"recipe must have 1 to {_MOST} recipes, got {len(recipe)}")
    for name in recipe:
        if not isinstance(name, str):
            raise TypeError(f"recipe must be a dict of str to Recipe, got the key {name!r}")
        if not name:
            raise ValueError("recipe must give each recipe a name, got an empty one")
    return {name: as_recipe(part) for name, part in recipe.items()}


def as_metrics(metric: Any, names: Sequence[str]) -> dict[str, str]:
    """Return the metric of each recipe, from one for all or one for each."""
    if not isinstance(metric, Mapping):
        check_metric(metric)
        return dict.fromkeys(names, metric)
    if set(metric) != set(names):
        raise ValueError(f"metric must be one, or one for each of {list(names)}, got {metric!r}")
    for one in metric.values():
        check_metric(one)
    return {name: metric[name] for name in names}


def check_metric(metric: str) -> None:
    """Refuse a metric by which catalogues cannot be searched."""
    if metric == "hamming":
        raise ValueError("metric must compare vectors of numbers, got 'hamming'")
    vector = np.zeros((1, 1), np.float32)
    top_k(vector, vector, 1, metric)


def written(ways: Sequence[Way]) -> dict[str, str]:
    """Return entries for a catalogue's database from which `read` makes the same again."""
    first = ways[0]
    entries = {"recipe": first.recipe.to_json(), "metric": first.metric}
    if [way.name for way in ways] != [DEFAULT]:
        columns = [[way.name, way.recipe.to_json(), way.metric] for way in ways]
        entries["recipes"] = json.dumps(columns)
    return entries


def read(entries: dict[str, Any]) -> tuple[Way, ...]:
    """Return what was written; KeyError, TypeError or ValueError if it is anything else."""
    if "recipes" not in entries:
        columns = [[DEFAULT, entries["recipe"], entries["metric"]]]
    else:
        columns = json.loads(entries["recipes"])
    ways = tuple(Way(name, Recipe.from_json(text), metric) for name, text, metric in columns)
    recipes = as_recipes({way.name: way.recipe for way in ways})
    if len(recipes) != len(ways):
        raise ValueError("two recipes have one name")
    for way in ways:
        check_metric(way.metric)
    return ways

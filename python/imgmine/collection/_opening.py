"""Finding or making the catalogue that `ImageIndex.open` is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._errors import FormatError
from ..features import Recipe
from ..similarity import top_k
from . import _catalog
from ._database import Database

if TYPE_CHECKING:
    from pathlib import Path

MODES = ("a", "r", "x")


def as_recipe(recipe: Recipe | str) -> Recipe:
    """Return a recipe, or the preset of a name."""
    if isinstance(recipe, str):
        return Recipe.named(recipe)
    if not isinstance(recipe, Recipe):
        raise TypeError(f"recipe must be a Recipe or a name, got {type(recipe).__name__}")
    return recipe


def open_catalog(
    folder: Path, recipe: Recipe | None, mode: str, metric: str | None
) -> tuple[Database, Recipe, str]:
    """Open the catalogue in `folder`; also return its recipe and its metric."""
    if mode not in MODES:
        raise ValueError(f"mode must be 'a', 'r' or 'x', got {mode!r}")
    exists = (folder / _catalog.FILE_NAME).exists()
    if mode == "r" and not exists:
        raise FileNotFoundError(f"there is no catalogue in {str(folder)!r}")
    if not exists:
        exists = not _create(folder, recipe, metric)
    if mode == "x" and exists:
        raise FileExistsError(f"there is a catalogue in {str(folder)!r} already")
    database = Database(folder / _catalog.FILE_NAME, writable=mode != "r")
    try:
        found, found_metric = _described(_catalog.read_meta(database), folder)
        if recipe is not None and recipe != found:
            raise ValueError(f"recipe must be the catalogue's, {found!r}, got {recipe!r}")
        if metric is not None and metric != found_metric:
            raise ValueError(f"metric must be the catalogue's, {found_metric!r}, got {metric!r}")
    except BaseException:
        database.close()
        raise
    return database, found, found_metric


def _create(folder: Path, recipe: Recipe | None, metric: str | None) -> bool:
    recipe = Recipe.named("color") if recipe is None else recipe
    metric = "euclidean" if metric is None else metric
    _check_metric(metric)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"path must be a folder, got the file {str(folder)!r}")
    meta = {"recipe": recipe.to_json(), "metric": metric, "created_with": _core.version}
    return _catalog.create(folder, meta)


def _described(meta: dict[str, Any], folder: Path) -> tuple[Recipe, str]:
    """Take the recipe and the metric from a catalogue's own description."""
    try:
        _check_metric(meta["metric"])
        return Recipe.from_json(meta["recipe"]), meta["metric"]
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"the catalogue in {str(folder)!r} is damaged: {error}") from error


def _check_metric(metric: str) -> None:
    if metric == "hamming":
        raise ValueError("metric must compare vectors of numbers, got 'hamming'")
    vector = np.zeros((1, 1), np.float32)
    top_k(vector, vector, 1, metric)

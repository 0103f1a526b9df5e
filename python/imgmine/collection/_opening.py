"""Finding or making the catalogue that `ImageIndex.open` is asked for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import _core
from .._errors import FormatError
from ..features import Recipe
from ..similarity import top_k
from . import _schema, _upkeep
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


class About(NamedTuple):
    """What a catalogue says about itself."""

    recipe: Recipe
    metric: str
    thumbnails: bool


def open_catalog(
    folder: Path,
    mode: str,
    recipe: Recipe | None,
    metric: str | None,
    thumbnails: bool | None,
) -> tuple[Database, About]:
    """Open the catalogue in `folder`, or make it, as `ImageIndex.open` describes."""
    if mode not in MODES:
        raise ValueError(f"mode must be 'a', 'r' or 'x', got {mode!r}")
    exists = (folder / _schema.FILE_NAME).exists()
    if mode == "r" and not exists:
        raise FileNotFoundError(f"there is no catalogue in {str(folder)!r}")
    if not exists:
        exists = not _create(folder, recipe, metric, bool(thumbnails))
    if mode == "x" and exists:
        raise FileExistsError(f"there is a catalogue in {str(folder)!r} already")
    database = Database(folder / _schema.FILE_NAME, writable=mode != "r")
    try:
        about = _described(_schema.read_meta(database), folder)
        asked = {"recipe": recipe, "metric": metric, "thumbnails": thumbnails}
        for name, value in asked.items():
            if value is not None and value != getattr(about, name):
                found = getattr(about, name)
                raise ValueError(f"{name} must be the catalogue's, {found!r}, got {value!r}")
        if recipe is not None:
            about = about._replace(recipe=recipe)  # equal, and it may know where its models are
        if mode != "r":
            _schema.migrate(database)
            # What hinders it, a full disk for example, is no reason not to open: `check` tells.
            with contextlib.suppress(OSError, RuntimeError):
                _upkeep.finish_erasing(database)
    except BaseException:
        database.close()
        raise
    return database, about


def _create(folder: Path, recipe: Recipe | None, metric: str | None, thumbnails: bool) -> bool:
    recipe = Recipe.named("color") if recipe is None else recipe
    metric = "euclidean" if metric is None else metric
    check_metric(metric)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"path must be a folder, got the file {str(folder)!r}")
    meta = {
        "recipe": recipe.to_json(),
        "metric": metric,
        "thumbnails": int(thumbnails),
        "created_with": _core.version,
    }
    return _schema.create(folder, meta)


def _described(meta: dict[str, Any], folder: Path) -> About:
    """Take what is needed from a catalogue's own description."""
    try:
        check_metric(meta["metric"])
        thumbnails = bool(meta.get("thumbnails", 0))
        return About(Recipe.from_json(meta["recipe"]), meta["metric"], thumbnails)
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"the catalogue in {str(folder)!r} is damaged: {error}") from error


def check_metric(metric: str) -> None:
    """Refuse a metric by which catalogues cannot be searched."""
    if metric == "hamming":
        raise ValueError("metric must compare vectors of numbers, got 'hamming'")
    vector = np.zeros((1, 1), np.float32)
    top_k(vector, vector, 1, metric)

"""Finding or making the catalogue that `ImageIndex.open` is asked for."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from .. import _core
from .._errors import FormatError
from . import _schema, _upkeep
from ._about import DEFAULT, About, Way, as_metrics, as_recipes, read, written
from ._database import Database

if TYPE_CHECKING:
    from pathlib import Path

MODES = ("a", "r", "x")
_RECIPE, _METRIC = "color", "euclidean"  # of a new catalogue


def open_catalog(
    folder: Path,
    mode: str,
    recipe: Any,
    metric: Any,
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
        about = _agreed(about, recipe, metric, thumbnails)
        if mode != "r":
            _schema.migrate(database)
            # What hinders it, a full disk for example, is no reason not to open: `check` tells.
            with contextlib.suppress(OSError, RuntimeError):
                _upkeep.finish_erasing(database)
    except BaseException:
        database.close()
        raise
    return database, about


def _create(folder: Path, recipe: Any, metric: Any, thumbnails: bool) -> bool:
    recipes = as_recipes(_RECIPE if recipe is None else recipe)
    metrics = as_metrics(_METRIC if metric is None else metric, list(recipes))
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"path must be a folder, got the file {str(folder)!r}")
    ways = [Way(name, part, metrics[name]) for name, part in recipes.items()]
    meta = {**written(ways), "thumbnails": int(thumbnails), "created_with": _core.version}
    return _schema.create(folder, meta)


def _described(meta: dict[str, Any], folder: Path) -> About:
    """Take what is needed from a catalogue's own description."""
    try:
        return About(read(meta), bool(meta.get("thumbnails", 0)))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"the catalogue in {str(folder)!r} is damaged: {error}") from error


def _agreed(about: About, recipe: Any, metric: Any, thumbnails: bool | None) -> About:
    """Refuse what is asked for if it is not the catalogue's; return what is known of it then."""
    if thumbnails is not None and thumbnails != about.thumbnails:
        raise _another("thumbnails", about.thumbnails, thumbnails)
    names = [way.name for way in about.ways]
    has = {way.name: way.metric for way in about.ways}
    if metric is not None and as_metrics(metric, names) != has:
        raise _another("metric", has if len(has) > 1 else about.ways[0].metric, metric)
    if recipe is None:
        return about
    asked = as_recipes(recipe)
    if list(asked.items()) != list(about.recipes.items()):
        shown = about.recipes if len(names) > 1 or names != [DEFAULT] else about.ways[0].recipe
        raise _another("recipe", shown, recipe)
    # They are equal, and those that were given may know where their models are.
    return about._replace(ways=tuple(way._replace(recipe=asked[way.name]) for way in about.ways))


def _another(name: str, found: object, asked: object) -> ValueError:
    return ValueError(f"{name} must be the catalogue's, {found!r}, got {asked!r}")

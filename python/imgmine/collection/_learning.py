"""Letting a recipe learn its codebooks from pictures of which some may be unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._validate import as_jobs
from ..features import Recipe
from ..features._batch import map_ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PICTURES = 1000  # to learn from; reading more would only take longer


def learned(recipe: Recipe, sources: Sequence[Any], n_jobs: int | None = None) -> Recipe:
    """Return the recipe if it has learned, else a copy that learns from some of `sources`.

    Every so many-th picture is taken, so that all parts of a sorted folder have their say.
    """
    if recipe.is_fitted:
        return recipe
    chosen = sources[:: max(1, -(-len(sources) // MOST_PICTURES))]
    readable = []
    jobs = as_jobs(n_jobs, _core.num_threads())
    for source, result in zip(
        chosen, map_ordered(recipe._prepared_source, chosen, jobs), strict=True
    ):
        if not isinstance(result, Exception):
            readable.append(source)
        elif not isinstance(result, (ValueError, OSError, MemoryError)):
            raise result
    if not readable:
        raise ValueError("images must hold a picture that can be read, got none")
    return Recipe.from_json(recipe.to_json()).fit(readable)

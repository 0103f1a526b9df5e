"""What somebody looks at in pictures, learned over several sessions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import FormatError
from .._files import replace_file
from ..features import Recipe

if TYPE_CHECKING:
    import os

    from .._validate import Array
    from ._feedback import Session

FORMAT = 1
_MOST = math.log(4)  # no descriptor counts for more than four times the others, or less
_PRIOR = 10.0  # so many examples say that all descriptors count alike


class Profile:
    """How much each descriptor of a recipe counts for somebody, learned from liked pictures.

    A descriptor counts for more if, by it, liked pictures are nearer to the query than disliked
    ones. Nothing else is kept: no picture, no query. It is plain JSON on disk, can be read, and
    forgotten at any time. A recipe of one descriptor has nothing to weigh.

    Parameters
    ----------
    recipe : Recipe
        That of the catalogues it will be used with.

    Examples
    --------
    >>> import imgmine as im
    >>> profile = im.collection.Profile(im.features.Recipe.named("color"))
    >>> profile.weights
    {'ColorHistogram': 1.0}
    """

    def __init__(self, recipe: Recipe) -> None:
        if not isinstance(recipe, Recipe):
            raise TypeError(f"recipe must be a Recipe, got {type(recipe).__name__}")
        self._recipe = recipe
        self._groups = _groups_of(recipe)
        self._sums = np.zeros(len(self._groups))
        self._n_examples = 0

    @property
    def recipe(self) -> Recipe:
        """Whose descriptors are weighed."""
        return self._recipe

    @property
    def n_examples(self) -> int:
        """How many judged pictures it has learned from."""
        return self._n_examples

    @property
    def weights(self) -> dict[str, float]:
        """How much each descriptor counts; 1 is as much as in the recipe itself."""
        logs = self._sums / (_PRIOR + self._n_examples)
        weights = np.exp(np.clip(logs, -_MOST, _MOST))
        return dict(zip(self._groups, weights.tolist(), strict=True))

    def learn(self, session: Session) -> Profile:
        """Take in what was liked and disliked in a session; it needs some of both.

        Parameters
        ----------
        session : Session

        Returns
        -------
        Profile
            The profile.
        """
        query, liked, disliked = session.examples()
        if query.shape != (self._recipe.size,):
            raise ValueError("session must be of an index with the profile's recipe")
        if not len(liked) or not len(disliked):
            return self
        near, far = (self._distances(query, vectors) for vectors in (liked, disliked))
        known = (near > 0) & (far > 0)
        logs = np.zeros(len(near))
        logs[known] = np.log(far[known] / near[known])
        logs[known] -= logs[known].mean() if known.any() else 0.0
        n = len(liked) + len(disliked)
        self._sums = self._sums + n * np.clip(logs, -_MOST, _MOST)
        self._n_examples += n
        return self

    def forget(self) -> None:
        """Forget all that was learned; files it was saved to stay as they are."""
        self._sums[:] = 0
        self._n_examples = 0

    def scale(self, recipe: Recipe) -> Array:
        """Return what vectors are multiplied by, shape (recipe.size,), float32.

        Raises
        ------
        ValueError
            If `recipe` is not the profile's.
        """
        if recipe != self._recipe:
            raise ValueError("profile must be of the catalogue's recipe")
        weights = np.array(list(self.weights.values()), np.float32)
        return np.repeat(weights, list(self._groups.values()))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it down as JSON; a reader finds the old file or the whole new one."""
        entries = {
            "format": FORMAT,
            "recipe": json.loads(self._recipe.to_json()),
            "n_examples": self._n_examples,
            "sums": dict(zip(self._groups, self._sums.tolist(), strict=True)),
            "weights": self.weights,  # for who reads it; `load` computes them
        }
        replace_file(path, json.dumps(entries, indent=2).encode(), sync=True)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Profile:
        """Read what `save` wrote.

        Raises
        ------
        FormatError
            If the file is anything else.
        """
        try:
            entries = json.loads(Path(path).read_text("utf-8"))
            if entries["format"] != FORMAT:
                raise ValueError(f"format {entries['format']!r} is not known")
            profile = cls(Recipe.from_json(json.dumps(entries["recipe"])))
            profile._sums = np.array([_number(entries["sums"][name]) for name in profile._groups])
            profile._n_examples = int(_number(entries["n_examples"]))
            if profile._n_examples < 0:
                raise ValueError("fewer than no examples")
        except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise FormatError(f"{str(path)!r} is no profile: {error}") from error
        return profile

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {weight:.2f}" for name, weight in self.weights.items())
        return f"<Profile of {self._n_examples} examples: {shown}>"

    def _distances(self, query: Array, vectors: Array) -> Array:
        """Return the mean distance by each descriptor."""
        squares = (vectors.astype(np.float64) - query) ** 2
        starts = np.cumsum([0, *self._groups.values()])[:-1]
        means: Array = np.sqrt(np.add.reduceat(squares, starts, axis=1)).mean(axis=0)
        return means


def _groups_of(recipe: Recipe) -> dict[str, int]:
    """Return names and lengths of a recipe's descriptors; a second one of a kind gets a number."""
    channels, groups = 1 if recipe.is_gray else 3, {}
    for descriptor in recipe.descriptors:
        kind = name = type(descriptor).__name__
        number = 1
        while name in groups:
            number += 1
            name = f"{kind} {number}"
        groups[name] = descriptor.size(channels)
    return groups


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"a number is {value!r}")
    return value

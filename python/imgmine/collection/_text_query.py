"""Searching by text, where pictures and texts are described in one space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..features import Embedder
from ._names import TextQuery

if TYPE_CHECKING:
    from .._validate import Array
    from ..features import Recipe


def query_of(recipe: Recipe, image: Any, text: str | None) -> tuple[Any, Array]:
    """Return what is searched for, a picture or a text, and its vector."""
    if (image is None) == (text is None):
        given = "neither" if text is None else "both"
        raise TypeError(f"search takes an image or a text, got {given}")
    if text is None:
        return image, recipe.read(image)
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, got {type(text).__name__}")
    return TextQuery(text), text_vector(recipe, text)


def text_vector(recipe: Recipe, text: str) -> Array:
    """Return the vector of a text; ValueError if the recipe cannot describe texts."""
    first = recipe.descriptors[0] if len(recipe.descriptors) == 1 else None
    if not isinstance(first, Embedder) or first.text_model is None:
        raise ValueError(
            "text can be searched for where the catalogue's recipe is one Embedder with a "
            f"text_model, got one of {', '.join(type(d).__name__ for d in recipe.descriptors)}"
        )
    vector: Array = first.embed_text(text)[0]
    if recipe.weights is not None:
        length = float(np.linalg.norm(vector.astype(np.float64)))
        vector = (vector * (recipe.weights[0] / (length or 1.0))).astype(np.float32)
    return vector

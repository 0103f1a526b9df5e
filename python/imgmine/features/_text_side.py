"""What an `Embedder` does with texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ._text_model import TextModel
from ._tokenizer import as_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._validate import Array


class TextSide:
    """The part of an `Embedder` that reads texts, whose fields are declared there."""

    text_model: Any
    text_output: str | None
    text_length: int | None
    tokenizer: Any
    pad_id: int
    dimensions: int | None

    def embed_text(self, texts: str | Iterable[str]) -> Array:
        """Return the vectors of texts, in the space of the pictures' ones.

        Parameters
        ----------
        texts : str or iterable of str

        Returns
        -------
        ndarray of shape (n, dimensions), float32

        Raises
        ------
        ValueError
            If there is no text model.
        FileNotFoundError
            If the model's file is not at hand.
        """
        items = [texts] if isinstance(texts, str) else list(texts)
        for item in items:
            if not isinstance(item, str):
                raise TypeError(f"texts must be str, got {type(item).__name__}")
        if self.text_model is None:
            raise ValueError("this Embedder has no text_model: texts cannot be embedded")
        if not items:
            return np.empty((0, self.dimensions or 0), np.float32)
        return self._scaled(self._text_vectors(items))

    def _scaled(self, rows: Array) -> Array:
        raise NotImplementedError

    def _texts(self) -> TextModel:
        side: TextModel | None = self.__dict__.get("_text_side")
        if side is None:
            side = TextModel.load(self.text_model, self.text_output)
            object.__setattr__(self, "_text_side", side)
        return side

    def _text_vectors(self, texts: list[str]) -> Array:
        tokenizer = as_tokenizer(self.tokenizer)
        return self._texts().vectors(texts, tokenizer, self.text_length, self.pad_id)

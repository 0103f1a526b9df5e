"""The side of an `Embedder` that reads texts: tokens in, vectors out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ._onnx import as_vectors, choose_output, loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._validate import Array
    from ._model_file import ModelFile
    from ._onnx import OnnxModel, Port
    from ._tokenizer import Tokenizer, Tokens

_BATCH = 64


@dataclass(frozen=True)
class TextModel:
    """A loaded model, its inputs by what they mean, and which output is the vector."""

    model: OnnxModel
    ids: Port
    mask: Port | None
    types: Port | None
    output: str

    @classmethod
    def load(cls, file: ModelFile, output: str | None) -> TextModel:
        """Return the model in a file; ValueError if it takes anything but tokens."""
        model = loaded(file)
        ports = {"ids": [], "mask": [], "type": []}  # type: dict[str, list[Port]]
        for port in model.inputs:
            kind = next((word for word in ("mask", "type") if word in port.name.lower()), "ids")
            is_whole = port.dtype is not None and port.dtype.kind == "i"
            if is_whole and len(port.shape) == 2:
                ports[kind].append(port)
        if len(ports["ids"]) != 1 or sum(map(len, ports.values())) != len(model.inputs):
            raise ValueError(
                "text_model must take tokens, whole numbers of shape (n, length), and at most a "
                f"mask and types of them; {file.name} has {'; '.join(map(str, model.inputs))}"
            )
        mask, types = (next(iter(ports[kind]), None) for kind in ("mask", "type"))
        return cls(model, ports["ids"][0], mask, types, choose_output(model, output, "text_output"))

    def length(self, wanted: int | None) -> int | None:
        """Return how many tokens go in, None for any number."""
        fixed = self.ids.shape[1]
        if wanted is not None and fixed not in (None, wanted):
            raise ValueError(
                f"text_length must be that of the model's input, {self.ids}, got {wanted}"
            )
        return wanted if fixed is None else fixed

    def vectors(
        self, texts: Sequence[str], tokenizer: Tokenizer, length: int | None, pad_id: int
    ) -> Array:
        """Return a row for each text. Texts of as many tokens go in together."""
        by_length: dict[int, list[tuple[int, Tokens]]] = defaultdict(list)
        for i, text in enumerate(texts):
            tokens = tokenizer.tokens(text, length, pad_id)
            by_length[len(tokens.ids)].append((i, tokens))
        step = self.ids.shape[0] or _BATCH
        found: dict[int, Array] = {}
        for group in by_length.values():
            for start in range(0, len(group), step):
                part = group[start : start + step]
                rows = self._run([tokens for _, tokens in part])
                found.update(zip((i for i, _ in part), rows, strict=True))
        return np.stack([found[i] for i in range(len(texts))])

    def _run(self, batch: Sequence[Tokens]) -> Array:
        n = self.ids.shape[0] or len(batch)  # a model may want so many, no fewer
        batch_of_n = [*batch, *[batch[-1]] * (n - len(batch))]
        ids = np.stack([tokens.ids for tokens in batch_of_n])
        feeds = {self.ids.name: ids.astype(self.ids.dtype)}
        if self.mask is not None:
            mask = np.stack([tokens.mask for tokens in batch_of_n])
            feeds[self.mask.name] = mask.astype(self.mask.dtype)
        if self.types is not None:
            feeds[self.types.name] = np.zeros(ids.shape, self.types.dtype)
        values = self.model.run(feeds, self.output)
        return as_vectors(values, n, self.model, self.output)[: len(batch)]

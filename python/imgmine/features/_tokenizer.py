"""From a text to the whole numbers that a text model takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import FormatError, MissingDependencyError
from ._model_file import ModelFile

if TYPE_CHECKING:
    from .._validate import Array

TokenFunction = Callable[[str], Sequence[int]]


class Tokens(NamedTuple):
    """A text's tokens, and which of them count (1) or only fill up (0)."""

    ids: Array
    mask: Array


class FunctionTokenizer:
    """A function of the user's. It cannot be written down: a recipe that is read needs it anew."""

    def __init__(self, function: TokenFunction | None) -> None:
        self._function = function

    def tokens(self, text: str, length: int | None, pad_id: int) -> Tokens:
        """Return the tokens of a text, filled up to a length if there is one."""
        if self._function is None:
            raise ValueError(
                "tokenizer of this recipe is a function, which is not written down: give the "
                "recipe again, with the function"
            )
        ids = np.asarray(self._function(text))
        if ids.ndim != 1 or ids.dtype.kind not in "iu" or not len(ids):
            raise ValueError(
                f"tokenizer must give whole numbers, got {ids.dtype} of shape {ids.shape}"
            )
        n = len(ids)
        if length is not None and n > length:
            raise ValueError(f"tokenizer must give at most {length} numbers, got {n} for {text!r}")
        fill = 0 if length is None else length - n
        ids = np.pad(ids.astype(np.int64), (0, fill), constant_values=pad_id)
        return Tokens(ids, np.pad(np.ones(n, np.int64), (0, fill)))

    def to_dict(self) -> dict[str, Any]:
        """Return that there is one."""
        return {"function": True}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FunctionTokenizer)

    def __hash__(self) -> int:
        return hash(FunctionTokenizer)

    def __repr__(self) -> str:
        return "<function>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (FunctionTokenizer, (self._function,))


class FileTokenizer:
    """A JSON file of the library tokenizers."""

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        self._loaded: dict[int | None, Any] = {}

    def tokens(self, text: str, length: int | None, pad_id: int) -> Tokens:
        """Return the tokens of a text, cut or filled up to a length if there is one."""
        if length not in self._loaded:
            self._loaded[length] = self._load(length, pad_id)
        found = self._loaded[length].encode(text)
        return Tokens(np.array(found.ids, np.int64), np.array(found.attention_mask, np.int64))

    def _load(self, length: int | None, pad_id: int) -> Any:
        tokenizer = opened(self.file)
        if length is not None:
            padding = tokenizer.padding or {"pad_id": pad_id}
            padding = {key: value for key, value in padding.items() if value is not None}
            tokenizer.enable_padding(**{**padding, "length": length, "pad_to_multiple_of": None})
            tokenizer.enable_truncation(length)
        return tokenizer

    def to_dict(self) -> dict[str, Any]:
        """Return name and checksum of the file."""
        return self.file.to_dict()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileTokenizer) and self.file == other.file

    def __hash__(self) -> int:
        return hash(self.file)

    def __repr__(self) -> str:
        return repr(self.file)

    def __reduce__(self) -> tuple[Any, ...]:
        return (FileTokenizer, (self.file,))


Tokenizer = FunctionTokenizer | FileTokenizer


def opened(file: ModelFile) -> Any:
    """Return the tokenizer that stands in a file."""
    try:
        import tokenizers
    except ImportError as error:
        raise MissingDependencyError("tokenizers", "onnx") from error
    path = file.find()
    try:
        return tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:
        raise FormatError(f"{file.name} is no tokenizer: {error}") from error


def as_tokenizer(given: Any) -> Tokenizer:
    """Return a tokenizer of a path, of a function, or as it was written down."""
    if isinstance(given, (FunctionTokenizer, FileTokenizer)):
        return given
    if isinstance(given, dict):
        return FunctionTokenizer(None) if "function" in given else FileTokenizer(ModelFile(**given))
    if isinstance(given, (str, os.PathLike)):
        tokenizer = FileTokenizer(ModelFile.of(given))
        opened(tokenizer.file)
        return tokenizer
    if callable(given):
        return FunctionTokenizer(given)
    raise TypeError(f"tokenizer must be a path or a function of a text, got {type(given).__name__}")

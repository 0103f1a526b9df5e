from __future__ import annotations

import os
from dataclasses import KW_ONLY, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import UINT8, Array, as_image, as_int
from ..geometry._resize import two_sides
from ._descriptor import Descriptor
from ._embedder_options import CHOICES, LONGEST, MOST_NUMBERS, three_numbers, within
from ._image_model import ImageModel, Pixels
from ._model_file import ModelFile, paths_of, remember
from ._onnx import one_thread
from ._text_model import TextModel
from ._tokenizer import TokenFunction, Tokenizer, as_tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILES = ("image_model", "text_model")


@dataclass(frozen=True)
class Embedder(Descriptor):
    """Descriptor: a network in an ONNX file, perhaps with another that reads texts.

    Of a pair of networks that were trained together (CLIP and its kin), a picture's vector lies
    near those of texts that describe it: ``index.search(text="a red car")`` finds it. The files
    are yours; onnxruntime runs them on the CPU (``pip install 'imgmine[onnx]'``). The defaults are
    what CLIP's networks were trained with.

    A recipe is written down without the files: it knows them by name and SHA-256. Whoever reads
    it needs the same contents again: given once more, in a recipe that is equal, or in a folder
    that the environment variable ``IMGMINE_MODELS`` names.

    Parameters
    ----------
    image_model : path
        Takes float32 or float16 images, one at a time or any number, and gives a vector for each.
    text_model : path, optional
        Takes tokens, int64 or int32 of shape (n, length), and their mask if it wants one; gives
        vectors of the same length.
    tokenizer : path or callable, needed for texts
        A file of the library tokenizers (``tokenizer.json``), or a function from a str to a list
        of whole numbers, special ones included. A function is not written down.
    input_size : (int, int), optional
        Height and width of the images that go in; by default what the model says, else 224 x 224.
    fit : {"crop", "stretch"}, default "crop"
        Scaled until it covers that size and its middle taken, or brought to it as it is.
    resample : {"bicubic", "bilinear", "lanczos", "box", "nearest"}, default "bicubic"
        How it is scaled: Pillow's filters, which such networks were trained with.
    mean, std : (float, float, float), defaults of CLIP
        Of R, G and B as numbers from 0 to 1: the first is taken off, the second divides.
    channel_order : {"RGB", "BGR"}, default "RGB"
    layout : {"NCHW", "NHWC"}, optional
        By default what the model's input says, and "NCHW" where it does not say.
    normalize : {"l2", None}, default "l2"
        Whether vectors are brought to length 1.
    image_output, text_output : str, optional
        Which output is the vector, where there are several.
    text_length : int, optional
        Texts are cut or filled up to so many tokens; by default what the model says, else what
        the tokenizer's file says.
    pad_id : int, default 0
        What they are filled up with, where the tokenizer's file does not say.
    dimensions : int, optional
        Length of the vectors: found out from the model, whatever is given.

    Raises
    ------
    MissingDependencyError
        If onnxruntime (or tokenizers, for a file of it) is not installed.
    FormatError
        If a file is no model, or no tokenizer.
    ValueError
        If a model takes or gives something else, or an argument is out of range.

    Notes
    -----
    Each picture goes through the network alone, and several pictures at once on threads: so its
    vector does not depend on what else is described. Unlike all other descriptors, other
    processors or versions of onnxruntime may give other last bits.

    References
    ----------
    A. Radford et al., "Learning transferable visual models from natural language supervision",
    ICML 2021.

    Examples
    --------
    >>> import imgmine as im
    >>> pair = im.features.Embedder("image.onnx", "text.onnx", "tokenizer.json")  # doctest: +SKIP
    >>> recipe = im.features.Recipe([pair], min_side=448)  # doctest: +SKIP
    >>> with im.ImageIndex.open("catalogue", recipe) as index:  # doctest: +SKIP
    ...     index.add("photos")
    ...     print(index.search(text="a red car"))
    """

    of_color = True

    image_model: str | os.PathLike[str] | ModelFile
    text_model: str | os.PathLike[str] | ModelFile | None = None
    tokenizer: str | os.PathLike[str] | TokenFunction | Tokenizer | None = None
    _: KW_ONLY
    input_size: tuple[int, int] | None = None
    fit: str = "crop"
    resample: str = "bicubic"
    mean: Sequence[float] = (0.48145466, 0.4578275, 0.40821073)
    std: Sequence[float] = (0.26862954, 0.26130258, 0.27577711)
    channel_order: str = "RGB"
    layout: str | None = None
    normalize: str | None = "l2"
    image_output: str | None = None
    text_output: str | None = None
    text_length: int | None = None
    pad_id: int = 0
    dimensions: int | None = None

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {known}, got {getattr(self, name)!r}")
        self._set(mean=three_numbers(self.mean, "mean"), std=three_numbers(self.std, "std"))
        if not all(self.std):
            raise ValueError(f"std must not be 0, got {self.std}")
        self._set(pad_id=as_int(self.pad_id, "pad_id"))
        if self.text_length is not None:
            self._set(text_length=within(self.text_length, MOST_NUMBERS, "text_length"))
        if self.input_size is not None:
            height, width = two_sides(self.input_size)
            sides = (within(side, LONGEST, "input_size") for side in (height, width))
            self._set(input_size=tuple(sides))
        if (self.text_model is None) != (self.tokenizer is None):
            raise ValueError("text_model and tokenizer must be given together")
        if self.tokenizer is not None:
            self._set(tokenizer=as_tokenizer(self.tokenizer))
        is_written = isinstance(self.image_model, ModelFile)
        for name in _FILES:
            given = getattr(self, name)
            if name == "text_model" and given is None:
                continue
            if not isinstance(given, (str, os.PathLike, ModelFile)):
                raise TypeError(f"{name} must be a path, got {type(given).__name__}")
            if not isinstance(given, ModelFile):
                self._set(**{name: ModelFile.of(given)})
        if is_written:  # by `to_dict`, and the files may not be there
            self._check_written()
        else:
            with one_thread():  # as pictures are described: the same session
                self._learn()

    def _check_written(self) -> None:
        within(self.dimensions or 0, MOST_NUMBERS, "dimensions")
        if self.input_size is None or self.layout is None:
            raise ValueError("input_size and layout must be told")

    def _learn(self) -> None:
        """Find out from the models what was not told."""
        images = self._images()
        layout = images.layout(self.layout)
        self._set(layout=layout, input_size=images.size(self.input_size, layout))
        self._set(image_output=images.output, dimensions=None)
        height, width = self.input_size or (1, 1)
        n = len(images.vector(np.zeros((height, width, 3), np.uint8), self._pixels()))
        if self.text_model is not None:
            texts = self._texts()
            self._set(text_output=texts.output, text_length=texts.length(self.text_length))
            found = self._text_vectors(["a"]).shape[1]
            if found != n:
                raise ValueError(
                    f"text_model must give {n} numbers as image_model does, it gives {found}"
                )
        self._set(dimensions=n)

    def __call__(self, image: Array) -> Array:
        array = as_image(image, (UINT8,))
        if array.ndim == 3 and array.shape[2] not in (1, 3, 4):
            raise ValueError(
                f"image must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}"
            )
        if not array.size:
            raise ValueError(f"image must not be empty, got shape {array.shape}")
        if array.ndim == 2 or array.shape[2] == 1:
            array = np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2)
        vector = self._images().vector(array[..., :3], self._pixels())
        if self.dimensions is not None and len(vector) != self.dimensions:
            raise ValueError(f"image_model gave {len(vector)} numbers, not {self.dimensions}")
        scaled: Array = self._scaled(vector[np.newaxis])[0]
        return scaled

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

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self.dimensions or 0

    def require_ready(self) -> None:
        """Raise FileNotFoundError if the image model is not at hand."""
        if "_image_side" not in self.__dict__:
            self._file("image_model").find()

    def files(self) -> list[ModelFile]:
        """Return the files that are needed."""
        named = [getattr(self, name) for name in _FILES]
        found = [*named, getattr(self.tokenizer, "file", None)]
        return [file for file in found if isinstance(file, ModelFile)]

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters as JSON can hold them: of files, names and checksums."""
        written = {item.name: getattr(self, item.name) for item in fields(self) if item.init}
        for name in (*_FILES, "tokenizer"):
            written[name] = None if written[name] is None else written[name].to_dict()
        return written

    @classmethod
    def from_dict(cls, parameters: dict[str, Any]) -> Embedder:
        """Return the descriptor of which `to_dict` wrote the parameters, its files unopened."""
        read = dict(parameters)
        for name in _FILES:
            if name == "image_model" or read[name] is not None:
                read[name] = ModelFile(**read[name])
        return cls(**read)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restored, (self.to_dict(), paths_of(self.files()), self.tokenizer))

    def _images(self) -> ImageModel:
        side: ImageModel | None = self.__dict__.get("_image_side")
        if side is None:
            side = ImageModel.load(self._file("image_model"), self.image_output)
            self._set(_image_side=side)
        return side

    def _texts(self) -> TextModel:
        side: TextModel | None = self.__dict__.get("_text_side")
        if side is None:
            side = TextModel.load(self._file("text_model"), self.text_output)
            self._set(_text_side=side)
        return side

    def _file(self, name: str) -> ModelFile:
        file: ModelFile = getattr(self, name)
        return file

    def _pixels(self) -> Pixels:
        return Pixels(
            self.input_size or (1, 1),
            self.fit,
            self.resample,
            three_numbers(self.mean, "mean"),
            three_numbers(self.std, "std"),
            self.channel_order,
            self.layout or "NCHW",
        )

    def _text_vectors(self, texts: list[str]) -> Array:
        tokenizer = as_tokenizer(self.tokenizer)
        return self._texts().vectors(texts, tokenizer, self.text_length, self.pad_id)

    def _scaled(self, rows: Array) -> Array:
        if self.normalize is None:
            return rows
        squares = np.square(rows, dtype=np.float64).sum(axis=1, keepdims=True)
        scaled = rows / np.sqrt(np.where(squares > 0, squares, 1.0))
        return scaled.astype(np.float32)

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _restored(
    parameters: dict[str, Any], paths: dict[str, str], tokenizer: Tokenizer | None
) -> Embedder:
    """Read an Embedder in a process that may not have seen its models."""
    remember(paths)
    return Embedder.from_dict({**parameters, "tokenizer": tokenizer})

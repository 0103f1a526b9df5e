from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import UINT8, Array, as_image
from ._descriptor import Descriptor
from ._embedder_options import MOST_NUMBERS, scaling, settled, within
from ._image_model import ImageModel, Pixels
from ._model_file import ModelFile, paths_of, remember
from ._network_model import NetworkInMemory, NetworkModel, as_model, is_network
from ._onnx import one_thread
from ._text_side import TextSide

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from ..nn import Network
    from ._tokenizer import TokenFunction, Tokenizer

_FILES = ("image_model", "text_model")


@dataclass(frozen=True)
class Embedder(TextSide, Descriptor):
    """Descriptor: what a network makes of a picture, of `imgmine.nn` or in an ONNX file.

    A network of `imgmine.nn`, or a file that its ``save`` wrote, runs in the library itself: the
    vector is what comes out of a layer. An ONNX file is run by onnxruntime on the CPU
    (``pip install 'imgmine[onnx]'``), perhaps with another that reads texts. Of a pair of networks
    that were trained together (CLIP and its kin), a picture's vector lies near those of texts that
    describe it: ``index.search(text="a red car")`` finds it.

    A recipe is written down without the files: it knows them by name and SHA-256. Whoever reads
    it needs the same contents again: given once more, in a recipe that is equal, or in a folder
    that the environment variable ``IMGMINE_MODELS`` names. A network that is in no file cannot be
    written down.

    Parameters
    ----------
    image_model : path or imgmine.nn.Network
        A network of one input, images of one channel or three, or the ``.safetensors`` file of one.
        Or an ONNX file, which takes float32 or float16 images, one at a time or any number, and
        gives a vector for each.
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
    mean, std : (float, float, float), optional
        Of R, G and B as numbers from 0 to 1: the first is taken off, the second divides. Default:
        of ONNX models those of CLIP; networks of `imgmine.nn` are given pixels from 0 to 255 as
        they are, which their own `Rescaling` scales. One number each for a network of gray images.
    channel_order : {"RGB", "BGR"}, default "RGB"
    layout : {"NCHW", "NHWC"}, optional
        By default what the model's input says, and "NCHW" where it does not say.
    normalize : {"l2", None}, default "l2"
        Whether vectors are brought to length 1.
    layer : str, optional
        Of a network of `imgmine.nn`: whose result is the vector. Default: what goes into the last
        layer with weights, which tells the classes.
    image_output, text_output : str, optional
        Which output of an ONNX model is the vector, where there are several.
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
        If onnxruntime (or tokenizers, for a file of it) is needed and not installed.
    FormatError
        If a file is no model, or no tokenizer.
    ValueError
        If a model takes or gives something else, or an argument is out of range.

    Notes
    -----
    Each picture goes through the network alone, and several pictures at once on threads: so its
    vector does not depend on what else is described. A network of `imgmine.nn` gives the same bits
    everywhere; unlike all other descriptors, with ONNX models other processors or versions of
    onnxruntime may give other last bits.

    References
    ----------
    A. Radford et al., "Learning transferable visual models from natural language supervision",
    ICML 2021.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> network = im.nn.small_cnn((32, 32, 3), 10)
    >>> embedder = im.features.Embedder(network)
    >>> im.features.Recipe([embedder])(np.zeros((60, 80, 3), np.uint8)).shape
    (128,)
    >>> pair = im.features.Embedder("image.onnx", "text.onnx", "tokenizer.json")  # doctest: +SKIP
    >>> recipe = im.features.Recipe([pair], min_side=448)  # doctest: +SKIP
    >>> with im.ImageIndex.open("catalogue", recipe) as index:  # doctest: +SKIP
    ...     index.add("photos")
    ...     print(index.search(text="a red car"))
    """

    of_color = True

    image_model: str | os.PathLike[str] | Network | ModelFile | NetworkInMemory
    text_model: str | os.PathLike[str] | ModelFile | None = None
    tokenizer: str | os.PathLike[str] | TokenFunction | Tokenizer | None = None
    _: KW_ONLY
    input_size: tuple[int, int] | None = None
    fit: str = "crop"
    resample: str = "bicubic"
    mean: Sequence[float] | None = None
    std: Sequence[float] | None = None
    channel_order: str = "RGB"
    layout: str | None = None
    normalize: str | None = "l2"
    layer: str | None = None
    image_output: str | None = None
    text_output: str | None = None
    text_length: int | None = None
    pad_id: int = 0
    dimensions: int | None = None

    def __post_init__(self) -> None:
        self._set(**settled(self))
        is_written = isinstance(self.image_model, ModelFile)
        for name in _FILES:
            if name == "image_model" or getattr(self, name) is not None:
                self._set(**{name: as_model(getattr(self, name), name)})
        self._set(_of_nn=is_network(self.image_model, self.layer, is_written=is_written))  # type: ignore[arg-type]
        if self.is_network:
            self._set(of_color=False)  # a network of gray pictures takes them, and may not need to
            if self.image_output is not None:
                raise ValueError("image_output is of ONNX models: networks have a layer")
        elif self.layer is not None:
            raise ValueError("layer is of networks of imgmine.nn: ONNX models have image_output")
        self._set(**scaling(self, (1, 3) if self.is_network else (3,)))
        if is_written:  # by `to_dict`, and the files may not be there
            self._check_written()
        else:
            with one_thread():  # as pictures are described: the same session
                self._learn()

    @property
    def is_network(self) -> bool:
        """Whether the image model is a network of `imgmine.nn`, not an ONNX model."""
        return bool(self.__dict__["_of_nn"])

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
        if isinstance(images, NetworkModel):
            self._set(layer=images.layer)
            if self.mean is not None and len(self.mean) != images.side[2]:
                raise ValueError(f"mean must be of {images.side[2]} channels, got {self.mean}")
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
            array = array.reshape(*array.shape[:2], 1)
            array = array if self.is_network else np.repeat(array, 3, axis=2)
        vector = self._images().vector(array[..., :3], self._pixels())
        if self.dimensions is not None and len(vector) != self.dimensions:
            raise ValueError(f"image_model gave {len(vector)} numbers, not {self.dimensions}")
        scaled: Array = self._scaled(vector[np.newaxis])[0]
        return scaled

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return self.dimensions or 0

    def require_ready(self) -> None:
        """Raise FileNotFoundError if the image model is not at hand."""
        if "_image_side" not in self.__dict__ and isinstance(self.image_model, ModelFile):
            self.image_model.find()

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

    def __deepcopy__(self, memo: dict[int, Any]) -> Embedder:
        return self  # nothing in it changes

    def _images(self) -> ImageModel | NetworkModel:
        side: ImageModel | NetworkModel | None = self.__dict__.get("_image_side")
        if side is None:
            if self.is_network:
                side = NetworkModel.load(self.image_model, self.layer)  # type: ignore[arg-type]
            else:
                side = ImageModel.load(self._file("image_model"), self.image_output)
            self._set(_image_side=side)
        return side

    def _file(self, name: str) -> ModelFile:
        file: ModelFile = getattr(self, name)
        return file

    def _pixels(self) -> Pixels:
        return Pixels(
            self.input_size or (1, 1),
            self.fit,
            self.resample,
            None if self.mean is None else tuple(self.mean),
            None if self.std is None else tuple(self.std),
            self.channel_order,
            self.layout or "NCHW",
        )

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

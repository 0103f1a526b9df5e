"""The side of an `Embedder` that sees images, where the network is one of `imgmine.nn`."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from ..color import rgb2gray
from ..nn import Network
from ._embedder_options import MOST_NUMBERS
from ._model_file import ModelFile

if TYPE_CHECKING:
    from .._validate import Array
    from ._image_model import Pixels

_SUFFIX = ".safetensors"

_lock = threading.Lock()
_networks: WeakValueDictionary[str, Network] = WeakValueDictionary()


@dataclass(frozen=True)
class NetworkInMemory:
    """A network as it was when a descriptor was made of it: training it on changes nothing here."""

    network: Network = field(compare=False)
    digest: str

    @classmethod
    def of(cls, network: Network) -> NetworkInMemory:
        """Return what a network is now."""
        kept = network.copy()
        return cls(kept, kept.digest())

    def to_dict(self) -> dict[str, str]:
        """Refuse: there is no file to name."""
        raise ValueError(
            "a recipe knows networks by their files: save this one (network.save) and make the "
            "Embedder of the file's path"
        )

    def __repr__(self) -> str:
        return f"<network in memory, SHA-256 {self.digest[:12]}...>"


@dataclass(frozen=True)
class NetworkModel:
    """A network, and the layer whose result is the vector."""

    network: Network
    layer: str
    side: tuple[int, int, int]
    output: None = None

    @classmethod
    def load(cls, source: ModelFile | NetworkInMemory, layer: str | None) -> NetworkModel:
        """Return the network in a file or in memory; ValueError if it takes no images."""
        network = source.network if isinstance(source, NetworkInMemory) else _loaded(source)
        shapes = network.input_shapes
        if len(shapes) != 1 or len(shapes[0]) != 3 or shapes[0][2] not in (1, 3):
            raise ValueError(
                f"image_model must be a network of one input, images of 1 or 3 channels, it takes "
                f"{shapes}"
            )
        found = network.embedding_layer if layer is None else layer
        network._graph.place_of(found)  # ValueError if there is none
        height, width, channels = shapes[0]
        return cls(network, found, (height, width, channels))

    def layout(self, wanted: str | None) -> str:
        """Return where the channels are."""
        if wanted not in (None, "NHWC"):
            raise ValueError(f"layout is 'NHWC' for networks of imgmine.nn, got {wanted!r}")
        return "NHWC"

    def size(self, wanted: tuple[int, int] | None, layout: str) -> tuple[int, int]:  # noqa: ARG002
        """Return the height and width that go in."""
        if wanted not in (None, self.side[:2]):
            raise ValueError(f"input_size must be the network's, {self.side[:2]}, got {wanted}")
        return self.side[:2]

    def vector(self, image: Array, pixels: Pixels) -> Array:
        """Return the vector of one uint8 image of shape (H, W, 1) or (H, W, 3)."""
        channels = self.side[2]
        if channels == 1 and image.shape[2] == 3:
            image = rgb2gray(image)[..., np.newaxis]
        elif channels == 3 and image.shape[2] == 1:
            image = np.repeat(image, 3, axis=2)
        vector: Array = self.network.embed(pixels.batch(image), self.layer)[0]
        if len(vector) > MOST_NUMBERS:
            raise ValueError(
                f"layer must give at most {MOST_NUMBERS} numbers, {self.layer!r} gives "
                f"{len(vector)}"
            )
        if not np.isfinite(vector).all():
            raise ValueError(f"the layer {self.layer!r} gave numbers that are not finite")
        return vector


def is_network(source: ModelFile | NetworkInMemory, layer: str | None, *, is_written: bool) -> bool:
    """Tell whether a model is a network of `imgmine.nn`.

    By its first bytes; what was written down is one where it has a layer, as only networks have.
    """
    if isinstance(source, NetworkInMemory) or source.name.endswith(_SUFFIX):
        return True
    if is_written:
        return layer is not None
    with source.find().open("rb") as file:
        start = file.read(9)
    return start[8:] == b"{" and int.from_bytes(start[:8], "little") < 2**32


def as_model(given: Any, name: str) -> ModelFile | NetworkInMemory:
    """Return the file at a path, or a network as it is now; TypeError for anything else."""
    if isinstance(given, (ModelFile, NetworkInMemory)):
        return given
    if name == "image_model" and isinstance(given, Network):
        return NetworkInMemory.of(given)
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, got {type(given).__name__}")
    return ModelFile.of(given)


def _loaded(file: ModelFile) -> Network:
    with _lock:
        network = _networks.get(file.sha256)
        if network is None:
            network = Network.load(file.find())
            _networks[file.sha256] = network
        return network

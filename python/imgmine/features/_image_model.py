"""The side of an `Embedder` that sees images: pixels in, a vector out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ._onnx import as_vectors, choose_output, loaded

if TYPE_CHECKING:
    from .._validate import Array
    from ._model_file import ModelFile
    from ._onnx import OnnxModel, Port

_USUAL = 224


@dataclass(frozen=True)
class Pixels:
    """How an image becomes the numbers that a model was trained on."""

    size: tuple[int, int]
    fit: str
    resample: str
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    channel_order: str
    layout: str

    def prepared(self, image: Array, dtype: np.dtype[Any]) -> Array:
        """Return a uint8 image of shape (H, W, C) as a batch of one, its numbers scaled."""
        pixels = np.ascontiguousarray(self._fitted(image).transpose(2, 0, 1))
        levels = np.arange(256) / 255
        n = len(pixels)
        mean, std = self.mean or (0.0,) * n, self.std or (1.0,) * n
        channels = tuple(range(n))[:: -1 if self.channel_order == "BGR" else 1]
        batch = np.empty((1, n, *self.size), dtype)
        for plane, c in enumerate(channels):
            table = ((levels - mean[c]) / std[c]).astype(dtype)
            batch[0, plane] = table[pixels[c]]
        if self.layout == "NCHW":
            return batch
        return np.ascontiguousarray(batch.transpose(0, 2, 3, 1))

    def batch(self, image: Array) -> Array:
        """Return a uint8 image of shape (H, W, C) as a batch of one: as it is, unless told how."""
        if self.mean is not None:
            return self.prepared(image, np.dtype(np.float32))
        pixels = self._fitted(image)
        if self.channel_order == "BGR":
            pixels = pixels[..., ::-1]
        return np.ascontiguousarray(pixels)[np.newaxis]

    def _fitted(self, image: Array) -> Array:
        """Return the image in the model's size, by Pillow, as the models of this kind expect."""
        from PIL import Image

        height, width = image.shape[:2]
        wanted = self.size
        if self.fit == "crop":  # cover the wanted size, and cut off what sticks out
            scale = max(self.size[0] / height, self.size[1] / width)
            wanted = (
                max(self.size[0], int(height * scale + 1e-6)),
                max(self.size[1], int(width * scale + 1e-6)),
            )
        if wanted != (height, width):
            method = Image.Resampling[self.resample.upper()]
            is_gray = image.shape[2] == 1
            array = np.ascontiguousarray(image[..., 0] if is_gray else image)
            picture = Image.fromarray(array)
            image = np.asarray(picture.resize(wanted[::-1], method))
            image = image[..., np.newaxis] if is_gray else image
        top, left = (wanted[0] - self.size[0]) // 2, (wanted[1] - self.size[1]) // 2
        return image[top : top + self.size[0], left : left + self.size[1]]


@dataclass(frozen=True)
class ImageModel:
    """A loaded model, what goes in, and which output is the vector."""

    model: OnnxModel
    port: Port
    output: str

    @classmethod
    def load(cls, file: ModelFile, output: str | None) -> ImageModel:
        """Return the model in a file; ValueError if it takes anything but images."""
        model = loaded(file)
        if len(model.inputs) != 1 or len(model.inputs[0].shape) != 4:
            raise ValueError(
                f"image_model must have one input, a batch of images, {file.name} has "
                f"{'; '.join(map(str, model.inputs))}"
            )
        port = model.inputs[0]
        if port.dtype is None or port.dtype.kind != "f":
            raise ValueError(f"image_model must take float32 or float16 images, it has {port}")
        if port.shape[0] not in (None, 1):
            raise ValueError(f"image_model must take one image or any number, it has {port}")
        return cls(model, port, choose_output(model, output, "image_output"))

    def layout(self, wanted: str | None) -> str:
        """Return where the channels are."""
        fit = [name for name, at in (("NCHW", 1), ("NHWC", 3)) if self.port.shape[at] == 3]
        if wanted is None:
            if self.port.shape[1] is None and not fit:
                return "NCHW"  # as nearly all exports are
            if len(fit) != 1:
                raise ValueError(
                    f"layout must be 'NCHW' or 'NHWC', the model's input does not tell: {self.port}"
                )
            return fit[0]
        channels = self.port.shape[1 if wanted == "NCHW" else 3]
        if channels not in (None, 3):
            raise ValueError(f"layout {wanted!r} does not go with the model's input, {self.port}")
        return wanted

    def size(self, wanted: tuple[int, int] | None, layout: str) -> tuple[int, int]:
        """Return the height and width that go in."""
        sides = self.port.shape[2:] if layout == "NCHW" else self.port.shape[1:3]
        if wanted is None:
            return sides[0] or _USUAL, sides[1] or _USUAL
        if any(side not in (None, given) for side, given in zip(sides, wanted, strict=True)):
            raise ValueError(
                f"input_size must be that of the model's input, {self.port}, got {wanted}"
            )
        return wanted

    def vector(self, image: Array, pixels: Pixels) -> Array:
        """Return the vector of one uint8 image of shape (H, W, 3)."""
        dtype = np.dtype(np.float32) if self.port.dtype is None else self.port.dtype
        values = self.model.run({self.port.name: pixels.prepared(image, dtype)}, self.output)
        vector: Array = as_vectors(values, 1, self.model, self.output)[0]
        return vector

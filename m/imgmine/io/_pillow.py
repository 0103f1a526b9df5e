"""Decoding by Pillow: one plugin at a time, within limits, into arrays.

The plugins are called directly. ``PIL.Image.open`` would try one parser after the other, load all
plugins under no lock, and announce large pictures through Python's warnings, which cannot be
silenced for one thread alone.
"""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._errors import DecodeError
from . import _formats
from ._exif import orientation, upright

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

    from .._validate import Array

_PLUGINS = {
    "BMP": ("BmpImagePlugin", "BmpImageFile"),
    "GIF": ("GifImagePlugin", "GifImageFile"),
    "JPEG": ("JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PngImagePlugin", "PngImageFile"),
    "PPM": ("PpmImagePlugin", "PpmImageFile"),
    "TGA": ("TgaImagePlugin", "TgaImageFile"),
    "TIFF": ("TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("WebPImagePlugin", "WebPImageFile"),
}
_SIZES = {"GIF": _formats.gif_size, "WEBP": _formats.webp_size}  # these take memory when opened
_LIMITED_BY_PILLOW = ("GIF", "TIFF", "WEBP")
_SAMPLES = {"I": "32-bit or signed", "F": "floating-point"}
_BITS_PER_SAMPLE = 258
_BAND_PIXELS = 1 << 20


def open_image(name: str, data: bytes, max_pixels: int) -> ImageFile:
    """Read the header of `data`, a file of format `name`; the pixels are left alone."""
    if name in _SIZES:
        _check_size(name, _SIZES[name](data), len(data), max_pixels)
    module, plugin = _PLUGINS[name]
    image: ImageFile = getattr(importlib.import_module(f"PIL.{module}"), plugin)(io.BytesIO(data))
    _check_size(name, image.size, len(data), max_pixels)
    return image


def _check_size(name: str, size: tuple[int, int], n_bytes: int, max_pixels: int) -> None:
    _formats.check_size(name, size, n_bytes, max_pixels)
    if name in _LIMITED_BY_PILLOW and size[0] * size[1] > _limit():
        raise DecodeError(
            f"{name} of {size[0]} x {size[1]} pixels: more than PIL.Image.MAX_IMAGE_PIXELS"
        )


def _limit() -> int:
    """Return the number of pixels above which parts of Pillow warn or refuse by themselves."""
    from PIL import Image

    return 2**62 if Image.MAX_IMAGE_PIXELS is None else int(Image.MAX_IMAGE_PIXELS)


def decode(name: str, data: bytes, mode: str | None, max_pixels: int) -> Array:
    """Decode `data`, upright, for the formats that need no care of their own."""
    image = open_image(name, data, max_pixels)
    pixels = to_array(image, mode)
    # Of a TIFF, Pillow has turned the pixels already; the other formats but WebP have no Exif.
    return upright(pixels, orientation(image.info.get("exif", b""))) if name == "WEBP" else pixels


def to_array(image: ImageFile, mode: str | None) -> Array:
    """Decode `image` and convert it to `mode`, band by band to save memory."""
    image.load()
    kind, shift = _kind(image, mode), _excess_bits(image)
    width, height = image.size
    # crop() has Pillow's limit as well; a picture too wide for it is converted in one piece.
    rows = min(_BAND_PIXELS, _limit()) // width or height
    if rows >= height:
        pixels = _convert(image, kind, mode, shift)
        return pixels if pixels.flags.owndata else pixels.copy()
    out = np.empty(0)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = _convert(image.crop((0, top, width, bottom)), kind, mode, shift)
        if top == 0:
            out = np.empty((height, *band.shape[1:]), band.dtype)
        out[top:bottom] = band
    return out


def _kind(image: ImageFile, mode: str | None) -> str:
    """Say what `image` holds: "L", "RGB", "RGBA", "I;16" or "F"."""
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PPM"):
        return "I;16"
    if image.mode == "F" and mode is None:
        return "F"
    if image.mode in ("I", "F"):
        raise DecodeError(f"{image.format} with {_SAMPLES[image.mode]} samples")
    if image.has_transparency_data:
        return "RGBA"
    return "L" if image.mode in ("1", "L") else "RGB"


def _excess_bits(image: ImageFile) -> int:
    """Bits above 8 of a deep gray picture; Pillow leaves a 12-bit TIFF at 0 to 4095."""
    tags = getattr(image, "tag_v2", {})
    return 4 if tags.get(_BITS_PER_SAMPLE) == (12,) else 8


def _convert(image: Image, kind: str, mode: str | None, shift: int) -> Array:
    if kind == "F":
        return np.asarray(image)
    if kind == "I;16":
        deep = np.asarray(image).astype(np.uint16)
        return deep if mode is None else _as_mode((deep >> shift).astype(np.uint8), mode)
    if kind == "L":
        return _as_mode(np.asarray(image.convert("L")), mode)
    if kind == "RGBA":
        image = image.convert("RGBA")
        if mode is None:
            return np.asarray(image)
        image = _on_white(image)
    pixels = np.asarray(image.convert("RGB"))
    return _core.color.rgb2gray(pixels) if mode == "L" else pixels


def _as_mode(gray: Array, mode: str | None) -> Array:
    return np.repeat(gray[..., None], 3, axis=2) if mode == "RGB" else gray


def _on_white(image: Image) -> Image:
    from PIL import Image

    white = Image.new("RGB", image.size, (255, 255, 255))
    white.paste(image, mask=image)
    return white

"""PNG as a list of chunks: checksums, and only what the pixels need is kept.

Pillow checks no checksum of the pixel data, takes missing rows for black and reads texts, color
profiles and animations that nobody asked for; this module looks after all three.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from .._errors import DecodeError
from . import _pillow
from ._exif import orientation, upright

if TYPE_CHECKING:
    from PIL.Image import Image

    from .._validate import Array

_NEEDED = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_BLOCK = 1 << 18


class Png(NamedTuple):
    """A PNG whose chunks are whole; `slim` is the same picture without the chunks around it."""

    slim: bytes
    pixel_data: list[memoryview]
    width: int
    height: int
    bits: int
    interlaced: bool
    orientation: int


def decode(data: bytes, mode: str | None, max_pixels: int) -> Array:
    """Decode `data`, upright."""
    png = read(data)
    image = _pillow.open_image("PNG", png.slim, max_pixels)
    pixels = _pillow.to_array(image, mode)
    # Pillow leaves missing rows at zero, so that most pictures need no second look.
    if png.interlaced or not any(_last_row(image)):
        _check_complete(png)
    return upright(pixels, png.orientation)


def read(data: bytes) -> Png:
    """Walk over the chunks of `data` and verify each checksum."""
    view = memoryview(data)
    kept = [view[:8]]
    pixel_data: list[memoryview] = []
    header, turn, previous, position = b"", 1, b"", 8
    while previous != b"IEND":
        name, body, end = _chunk(view, position)
        if not header:
            header = _header(name, body)
        elif name == b"IDAT":
            if pixel_data and previous != b"IDAT":
                raise DecodeError("PNG with pixel data in two places")
            pixel_data.append(body)
        elif name == b"eXIf":
            turn = orientation(bytes(body))
        elif name == b"IHDR" or (name not in _NEEDED and not name[0] & 0x20):
            raise DecodeError(f"PNG with an unexpected chunk {name!r}")
        if name in _NEEDED:
            kept.append(view[position:end])
        previous, position = name, end
    if not pixel_data:
        raise DecodeError("PNG without pixel data")
    width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", header)
    slim = data if sum(map(len, kept)) == len(data) else b"".join(kept)
    bits = depth * _CHANNELS.get(color, 1)
    return Png(slim, pixel_data, width, height, bits, interlace == 1, turn)


def _chunk(view: memoryview, position: int) -> tuple[bytes, memoryview, int]:
    """(name, body, end) of the chunk at `position`."""
    if position + 12 > len(view):
        raise DecodeError("truncated PNG")
    length, name = struct.unpack_from(">I4s", view, position)
    end = position + 12 + length
    if end > len(view):
        raise DecodeError(f"truncated PNG: chunk {name!r} is cut off")
    (checksum,) = struct.unpack_from(">I", view, end - 4)
    if zlib.crc32(view[position + 4 : end - 4]) != checksum:
        raise DecodeError(f"PNG with a wrong checksum in chunk {name!r}")
    return name, view[position + 8 : end - 4], end


def _header(name: bytes, body: memoryview) -> bytes:
    if name != b"IHDR" or len(body) != 13:
        raise DecodeError("PNG without a header")
    return bytes(body)


def _last_row(image: Image) -> bytes:
    from PIL import Image

    row = Image.new(image.mode, (image.width, 1))
    row.paste(image, (0, 1 - image.height))
    return row.tobytes()


def _check_complete(png: Png) -> None:
    """Refuse pixel data that unpack to fewer rows than the header announces."""
    missing = _unpacked_size(png)
    unpack = zlib.decompressobj()
    rest = b"".join(png.pixel_data)
    while missing > 0 and not unpack.eof:
        produced = len(unpack.decompress(rest, _BLOCK))
        rest = unpack.unconsumed_tail
        missing -= produced
        if not produced and not rest:
            break
    if missing > 0:
        raise DecodeError("truncated PNG: rows are missing")


def _unpacked_size(png: Png) -> int:
    """Bytes of all rows, each with its filter byte."""
    passes = _ADAM7 if png.interlaced else ((0, 0, 1, 1),)
    total = 0
    for left, top, dx, dy in passes:
        width, height = -(-(png.width - left) // dx), -(-(png.height - top) // dy)
        if width > 0 and height > 0:
            total += height * (1 + (width * png.bits + 7) // 8)
    return total

"""What kind of picture a byte string holds and how large it says it is, before any decoder runs."""

from __future__ import annotations

import struct

from .._errors import DecodeError

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",  # BigTIFF
    b"MM\0+": "TIFF",
}

# The most pixels that one byte of a file can stand for: one bit each in a PBM; runs of 128 from 2
# bytes in a TGA and of 255 in a BMP; a deflated PNG shrinks at most 1032 times. A WebP of one color
# and an arithmetic-coded JPEG know no such limit; 2**14 is a choice, far from real pictures, which
# keeps a hundred bytes from taking a gigabyte.
_PIXELS_PER_BYTE = {
    "PPM": 8,
    "TGA": 64,
    "BMP": 128,
    "PNG": 8 * 1032,
    "JPEG": 2**14,
    "WEBP": 2**14,
}


def sniff(data: bytes) -> str:
    """Name of the format of `data`, in Pillow's spelling; 32 bytes are enough."""
    name = _sniff(data)
    if name is None:
        raise DecodeError("unknown or unsupported image format" if data else "empty file")
    return name


def is_known(head: bytes) -> bool:
    """Whether these first 32 bytes of a file begin a picture."""
    return _sniff(head) is not None


def _sniff(data: bytes) -> str | None:
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:1] == b"P" and data[1:2] in b"123456f" and data[2:3].isspace():
        return "PPM"
    if _looks_like_tga(data):
        return "TGA"
    return None


def _looks_like_tga(data: bytes) -> bool:
    """TGA has no signature: ask for a header whose every field makes sense."""
    if len(data) < 18:
        return False
    has_map, kind, map_depth, depth = data[1], data[2], data[7], data[16]
    return (
        kind in (1, 2, 3, 9, 10, 11)
        and depth in (1, 8, 16, 24, 32)
        and (has_map == 0 or (has_map == 1 and map_depth in (15, 16, 24, 32)))
    )


def check_size(name: str, size: tuple[int, int], n_bytes: int, max_pixels: int) -> None:
    """Refuse a picture of (width, height) `size` that is too large, or cannot be in `n_bytes`."""
    width, height = size
    if width <= 0 or height <= 0:
        raise DecodeError(f"{name} of {width} x {height} pixels")
    if width * height > max_pixels:
        raise DecodeError(f"{name} of {width} x {height} pixels: more than max_pixels={max_pixels}")
    if width * height > _PIXELS_PER_BYTE.get(name, max_pixels) * n_bytes:
        raise DecodeError(f"{name} of {width} x {height} pixels cannot be in {n_bytes} bytes")


def webp_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a WebP, whose decoder takes memory as soon as it is made."""
    chunk = data[12:16]
    if len(data) >= 30:
        if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        if chunk == b"VP8X":
            return (
                int.from_bytes(data[24:27], "little") + 1,
                int.from_bytes(data[27:30], "little") + 1,
            )
    if len(data) >= 25 and chunk == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise DecodeError("damaged WebP header")


def gif_size(data: bytes) -> tuple[int, int]:
    """(width, height) that the screen and the first frame of a GIF need together."""
    if len(data) < 13:
        raise DecodeError("truncated GIF header")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while position < len(data):
        if data[position] == 0x2C:  # image descriptor
            if position + 9 > len(data):
                break
            left, top, across, down = struct.unpack_from("<HHHH", data, position + 1)
            return max(width, left + across), max(height, top + down)
        if data[position] == 0x21:  # extension: skip its blocks
            position += 2
            while position < len(data) and data[position]:
                position += 1 + data[position]
        position += 1  # the block that ends an extension, or a stray byte
    raise DecodeError("GIF without an image")

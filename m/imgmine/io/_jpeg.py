"""JPEG: what the header says, and the fast road through simplejpeg where it is installed.

simplejpeg and Pillow both call libjpeg-turbo with the same settings, so that a picture has the same
bits on either road. The fast one is taken for ordinary files alone and gives up at any warning;
Pillow then has the last word.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .._errors import DecodeError
from . import _formats, _pillow
from ._exif import orientation, upright

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageFile import ImageFile

    from .._validate import Array

_SOS, _APP1, _APP14, _COM = 0xDA, 0xE1, 0xEE, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORDINARY = _FRAMES | {0xC4, 0xCC, *range(_SOS, 0xDE), *range(0xE0, 0xF0), _COM}
_HUFFMAN = (0xC0, 0xC1, 0xC2)
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
_NOT_NEEDED = frozenset((*range(_APP1, _APP14), 0xEF, _COM))
_MAX_SCANNED_PIXELS = 2**32
_MIN_SIDE_TO_SHRINK = 16


class Header(NamedTuple):
    """What stands before the first scan of a JPEG."""

    width: int
    height: int
    process: int  # second byte of the frame's marker
    sampling: tuple[int, ...]  # for each component: 16 * horizontal + vertical
    orientation: int
    first_scan: int  # offset of its marker
    one_scan: bool
    kept: list[tuple[int, int]]  # byte ranges that are not metadata


def read_header(data: bytes) -> Header | None:
    """Header of an ordinary 8-bit JPEG, None for anything out of the ordinary."""
    frame, turn, kept, position = None, 1, [(0, 2)], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        end = position + 2 + (data[position + 2] << 8 | data[position + 3])
        if end < position + 4 or end > len(data) or marker not in _ORDINARY:
            return None
        if marker == _SOS:
            break
        if marker in _FRAMES:
            if frame is not None or end < position + 13:
                return None
            frame = data[position:end]
        elif marker == _APP1 and data.startswith(b"Exif\0\0", position + 4):
            turn = orientation(data[position + 4 : end])
        if marker not in _NOT_NEEDED:
            kept.append((position, end))
        position = end
    else:
        return None
    if frame is None or frame[4] != 8 or len(frame) != 10 + 3 * frame[9]:
        return None
    kept.append((position, len(data)))
    return Header(
        width=frame[7] << 8 | frame[8],
        height=frame[5] << 8 | frame[6],
        process=frame[1],
        sampling=tuple(frame[11::3]),
        orientation=turn,
        first_scan=position,
        one_scan=frame[1] not in _PROGRESSIVE and data[position + 4] == frame[9],
        kept=kept,
    )


def without_metadata(data: bytes, header: Header) -> bytes:
    """Spare a decoder the metadata, which it would otherwise read and stumble over."""
    return b"".join([data[start:end] for start, end in header.kept])


def check_plausible(header: Header, data: bytes) -> None:
    """Refuse what is surely truncated: a Huffman code takes a bit or more for each 8 x 8 values."""
    n_bytes = len(data) - header.first_scan
    pixels = header.width * header.height
    if header.process in _HUFFMAN and pixels > 64 * n_bytes and _blocks(header) > n_bytes:
        raise DecodeError(
            f"truncated JPEG: {header.width} x {header.height} pixels cannot be in {n_bytes} bytes"
        )


def check_scans(data: bytes, start: int, pixels: int) -> None:
    """Refuse to draw a picture over and over: a scan of few bytes still visits every block."""
    n_scans = data.count(b"\xff\xda", start)
    if n_scans > 16 and n_scans * pixels > _MAX_SCANNED_PIXELS:
        raise DecodeError(f"JPEG of {n_scans} scans over {pixels} pixels")


def _blocks(header: Header) -> int:
    across = max(s >> 4 for s in header.sampling)
    down = max(s & 15 for s in header.sampling)
    if not across or not down:
        return 0
    return sum(
        -(-header.width * (s >> 4) // (8 * across)) * -(-header.height * (s & 15) // (8 * down))
        for s in header.sampling
    )


def shrink_factor(width: int, height: int, min_side: int | None) -> int:
    """Largest of 8, 4, 2, 1 by which the picture may shrink and keep `min_side`.

    Pictures with a side below 16 keep their size: there libjpeg-turbo cannot tell its scales apart.
    """
    side = min(width, height)
    if min_side is not None and side >= _MIN_SIDE_TO_SHRINK:
        for factor in (8, 4, 2):
            if -(-side // factor) >= min_side:
                return factor
    return 1


@cache
def simplejpeg_decoder() -> Callable[..., Array] | None:
    """``simplejpeg.decode_jpeg``, or None where it is not installed."""
    try:
        from simplejpeg import decode_jpeg
    except ImportError:
        return None
    return decode_jpeg  # type: ignore[no-any-return]


def _decode_fast(data: bytes, header: Header, mode: str | None, factor: int) -> Array | None:
    """Decode by simplejpeg; None if the file is not for it to judge."""
    n_channels = len(header.sampling)
    if header.process not in _HUFFMAN or n_channels not in (1, 3):
        return None
    decode = simplejpeg_decoder()
    if decode is None:
        return None
    gray = mode == "L" or (mode is None and n_channels == 1)
    height, width = -(-header.height // factor), -(-header.width // factor)
    smaller = {"min_height": height, "min_width": width, "min_factor": factor} if factor > 1 else {}
    try:
        image: Array = decode(data, colorspace="GRAY" if gray else "RGB", **smaller)
    except ValueError:  # an error or, as strict is the default, a warning
        return None
    if image.shape[:2] != (height, width):
        return None
    return image.reshape(height, width) if gray else image


def decode(data: bytes, mode: str | None, min_side: int | None, max_pixels: int) -> Array:
    """Decode `data`, upright."""
    header = read_header(data)
    if header is None:
        return _decode_unusual(data, mode, min_side, max_pixels)
    _formats.check_size("JPEG", (header.width, header.height), len(data), max_pixels)
    check_plausible(header, data)
    if not header.one_scan:
        check_scans(data, header.first_scan, header.width * header.height)
    factor = shrink_factor(header.width, header.height, min_side)
    pixels = _decode_fast(data, header, mode, factor)
    if pixels is None:
        image = _pillow.open_image("JPEG", without_metadata(data, header), max_pixels)
        pixels = _decode_by_pillow(image, mode, factor)
    return upright(pixels, header.orientation)


def _decode_unusual(data: bytes, mode: str | None, min_side: int | None, max_pixels: int) -> Array:
    image = _pillow.open_image("JPEG", data, max_pixels)
    check_scans(data, 0, image.width * image.height)
    pixels = _decode_by_pillow(image, mode, shrink_factor(*image.size, min_side))
    return upright(pixels, orientation(image.info.get("exif", b"")))


def _decode_by_pillow(image: ImageFile, mode: str | None, factor: int) -> Array:
    # draft() divides what it is asked for into the size: this asks for just that factor.
    size = max(1, image.width // factor), max(1, image.height // factor)
    image.draft("L" if mode == "L" else None, size)
    return _pillow.to_array(image, mode)

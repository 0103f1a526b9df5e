"""Read a picture from a file, a byte string or a file object."""

from __future__ import annotations

import mmap
import operator
import os
from typing import TYPE_CHECKING, Any, BinaryIO

from .._errors import DecodeError
from . import _formats, _jpeg, _pillow, _png

if TYPE_CHECKING:
    from .._validate import Array

_MODES = ("RGB", "L", None)
_LARGE_FILE = 1 << 26
_BLOCK = 1 << 16
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def imread(
    source: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO,
    *,
    mode: str | None = "RGB",
    min_side: int | None = None,
    max_pixels: int = 2**28,
) -> Array:
    """Read a picture, upright.

    BMP, GIF, JPEG, PNG, PNM (PBM, PGM, PPM, PFM), TGA, TIFF and WebP are read, and told apart by
    their content, never by their name. Of an animation or of several pages comes the first. The
    orientation in the Exif data (of JPEG, PNG, TIFF and WebP) is applied; color profiles are not.

    Parameters
    ----------
    source : path, bytes-like or binary file object
        A file object is read from where it stands to its end.
    mode : {"RGB", "L", None}, default "RGB"
        "RGB" for three channels, "L" for one (gray), None for what the file holds, see Returns.
    min_side : int, optional
        Allows a JPEG decoder to shrink the picture 2, 4 or 8 times while it decodes, which is
        much faster. The largest factor is taken that keeps the shorter side at `min_side` pixels
        or more. Other formats, and pictures with a side below 16, come in full size.
    max_pixels : int, default 2**28
        A file that announces more pixels (height times width, before any shrinking) is refused
        before it is decoded. GIF, TIFF and WebP have to keep within ``PIL.Image.MAX_IMAGE_PIXELS``
        (some 89 million unless you change it) as well.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3) for mode "RGB", (H, W) for mode "L"
        Transparent pixels are laid over white. Of 16-bit samples comes the upper byte.

        For mode None: gray and 1-bit pictures as (H, W), color (CMYK and all others included, and
        any palette but that of the 256 grays in order) as (H, W, 3), whatever has transparency as
        (H, W, 4) with straight alpha, all uint8; gray with more than 8 bits and no alpha channel
        as (H, W) uint16 (PNG and PNM span 0 to 65535, TIFF comes as stored); floating-point gray
        as (H, W) float32. Color and alpha are uint8 even where the file has 16 bits.

    Raises
    ------
    DecodeError
        If the content is damaged, truncated, too large, or of an unknown kind. The message names
        the source and the reason; the decoder's own error, if any, is its ``__cause__``.
    OSError
        If the file cannot be opened or read (``FileNotFoundError``, ``IsADirectoryError``, ...).
    TypeError, ValueError
        If an argument is of the wrong kind or out of its range.

    Notes
    -----
    Gray from a color JPEG is the luma that the file stores, which can differ by a level or two
    from ``rgb2gray(imread(source))``; from all other formats it is exactly that.

    With the extra ``imgmine[jpeg]`` (simplejpeg), ordinary JPEGs are decoded about a third faster
    and without holding Python's global lock; the pixels are the same.

    Stricter than most readers: a PNG with a wrong checksum or with missing rows and a file that
    ends early are errors, never a picture that is gray or black in part. One kind of damage is
    invisible to the decoders and passes: a JPEG that was cut and then ended properly.

    Safe to call from many threads at a time. Settings of Pillow are neither needed nor changed.
    Of a damaged TIFF, Pillow may warn, and libtiff below it may print to the standard error.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((48, 64, 3), np.uint8)
    >>> data = im.io.imencode(image, "jpeg")
    >>> im.io.imread(data).shape
    (48, 64, 3)
    >>> im.io.imread(data, mode="L", min_side=20).shape
    (24, 32)
    """
    if mode not in _MODES:
        raise ValueError(f"mode must be 'RGB', 'L' or None, got {mode!r}")
    if min_side is not None:
        min_side = _positive("min_side", min_side)
    max_pixels = _positive("max_pixels", max_pixels)
    return decode(*_read(source), mode=mode, min_side=min_side, max_pixels=max_pixels)


def decode(
    data: bytes,
    name: str,
    *,
    mode: str | None,
    min_side: int | None,
    max_pixels: int = 2**28,
) -> Array:
    """Do what `imread` does with the bytes of a file that messages call `name`."""
    try:
        return _decode(data, mode, min_side, max_pixels)
    except Exception as error:  # noqa: BLE001 (hostile bytes make a decoder raise anything)
        cause = error.__cause__ if isinstance(error, DecodeError) else error
        raise DecodeError(f"{name}: {error}" if str(error) else f"{name}: {error!r}") from cause


def _decode(data: bytes, mode: str | None, min_side: int | None, max_pixels: int) -> Array:
    name = _formats.sniff(data)
    if name == "JPEG":
        return _jpeg.decode(data, mode, min_side, max_pixels)
    if name == "PNG":
        return _png.decode(data, mode, max_pixels)
    return _pillow.decode(name, data, mode, max_pixels)


def _read(source: Any) -> tuple[bytes, str]:
    """All bytes of `source`, and what to call it in a message."""
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        if isinstance(path, str):
            return read_file(path), path
    elif hasattr(source, "read") and not isinstance(source, mmap.mmap):
        data = source.read()
        if not isinstance(data, bytes):
            raise TypeError(f"source must be opened in binary mode, its read() gave {type(data)}")
        return data, str(getattr(source, "name", source))
    else:
        data = _bytes_of(source)
        return data, f"<{len(data)} bytes>"
    raise TypeError(f"source must be a path of str, got one of {type(path).__name__}")


def read_file(path: str) -> bytes:
    """Return all bytes of a file; of a large one that is no picture, only the first ones."""
    descriptor = os.open(path, _READ_FLAGS)
    try:
        expected = os.fstat(descriptor).st_size
        data = os.read(descriptor, expected if expected <= _LARGE_FILE else 32)
        if len(data) == expected > 0:
            return data
        if expected > _LARGE_FILE and not _formats.is_known(data):
            return data  # enough to say that it is no picture; spare the gigabytes behind it
        parts = [data]
        while part := os.read(descriptor, max(_BLOCK, expected)):
            parts.append(part)
        return b"".join(parts)
    except OSError as error:
        error.filename = path  # only open() knows it by itself
        raise
    finally:
        os.close(descriptor)


def _bytes_of(source: Any) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        view = memoryview(source)
    except TypeError:
        kind = type(source).__name__
        raise TypeError(f"source must be a path, bytes or a binary file, got {kind}") from None
    if view.ndim != 1 or view.itemsize != 1:
        raise TypeError(f"source must be bytes, got an array of shape {view.shape}")
    return bytes(view)


def _positive(name: str, value: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an int, got {type(value).__name__}") from None
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    return number

"""Write a picture to a file or to bytes."""

from __future__ import annotations

import importlib
import io
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .._files import replace_file
from .._validate import UINT8, Array, as_image

UINT16 = np.dtype(np.uint16)

_FORMATS = {
    "bmp": "BMP",
    "jpeg": "JPEG",
    "jpg": "JPEG",
    "png": "PNG",
    "tif": "TIFF",
    "tiff": "TIFF",
    "webp": "WEBP",
}
_PLUGINS = {
    "BMP": "BmpImagePlugin",
    "JPEG": "JpegImagePlugin",
    "PNG": "PngImagePlugin",
    "TIFF": "TiffImagePlugin",
    "WEBP": "WebPImagePlugin",
}
_WITH_ALPHA = ("PNG", "TIFF", "WEBP")
_DEEP = ("PNG", "TIFF")
_COMPRESS_LEVEL = 1  # the default of 6 takes thrice the time for one per cent
_LARGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}


def imwrite(path: str | os.PathLike[str], image: npt.ArrayLike, *, quality: int = 90) -> None:
    """Write a picture to a file, in the format that its suffix names.

    A reader finds the old file or the whole new one, never half of it: the picture goes to a
    temporary file in the same folder, which then takes the place of `path`. A link is followed,
    and a file that is replaced keeps its permissions.

    Parameters
    ----------
    path : path
        With suffix .bmp, .jpg, .jpeg, .png, .tif, .tiff or .webp, in any case.
    image : array_like
        As for `imencode`.
    quality : int, default 90
        As for `imencode`.

    Raises
    ------
    TypeError, ValueError
        As `imencode`, and where the suffix is not known.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((48, 64), np.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     im.io.imwrite(Path(folder, "gray.png"), image)
    ...     im.io.imread(Path(folder, "gray.png"), mode=None).shape
    (48, 64)
    """
    suffix = Path(os.path.realpath(path)).suffix
    if not suffix:
        raise ValueError(f"path must have a suffix that names a format, got {os.fspath(path)!r}")
    data = imencode(image, suffix, quality=quality)
    replace_file(path, data)


def imencode(image: npt.ArrayLike, format: str, *, quality: int = 90) -> bytes:  # noqa: A002
    r"""Encode a picture as the bytes of a file.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4)
        uint8: gray, RGB, or RGBA with straight alpha (PNG, TIFF and WebP only). uint16: gray, for
        PNG and TIFF only.
    format : str
        "bmp", "jpeg", "png", "tiff" or "webp", also "jpg" and "tif", in any case, with or without
        a dot before it. PNG, BMP and TIFF (uncompressed) keep every bit; JPEG and WebP do not.
        WebP has no gray: it comes back as color.
    quality : int, default 90
        1 (small) to 100 (good), for JPEG and WebP; the others have none.

    Returns
    -------
    bytes

    Raises
    ------
    TypeError
        If `image` has a dtype, or number of channels, that the format cannot hold.
    ValueError
        If `image` has another shape or is empty, is too large for the format (65500 pixels a side
        for JPEG, 16383 for WebP), `format` is unknown or `quality` out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.io.imencode(np.zeros((48, 64), np.uint8), "png")[:4]
    b'\x89PNG'
    """
    name = _FORMATS.get(format.lower().removeprefix("."))
    if name is None:
        raise ValueError(f"format must be one of {', '.join(_FORMATS)}, got {format!r}")
    quality = operator.index(quality)
    if not 1 <= quality <= 100:
        raise ValueError(f"quality must be from 1 to 100, got {quality}")
    pixels = as_image(image, (UINT8, UINT16))
    _check(pixels, name)
    return _encode(pixels, name, quality)


def _check(image: Array, name: str) -> None:
    """Refuse what a file of format `name` cannot hold."""
    height, width = image.shape[:2]
    if not height or not width:
        raise ValueError(f"image must have pixels, got shape {image.shape}")
    if image.dtype == UINT16 and (image.ndim != 2 or name not in _DEEP):
        raise TypeError(f"image must be uint8 as {name}, got uint16 (gray PNG and TIFF hold that)")
    channels = 1 if image.ndim == 2 else image.shape[2]
    if image.ndim == 3 and channels not in (3, 4):
        raise ValueError(f"image must have shape (H, W), (H, W, 3) or (H, W, 4), got {image.shape}")
    if channels == 4 and name not in _WITH_ALPHA:
        raise ValueError(f"image must not have alpha: {name} cannot hold it")
    if max(height, width) > _LARGEST_SIDE.get(name, max(height, width)):
        raise ValueError(
            f"image must have at most {_LARGEST_SIDE[name]} pixels a side as {name}, "
            f"got shape {image.shape}"
        )


def _encode(image: Array, name: str, quality: int) -> bytes:
    # The plugin is imported first: Pillow's own loading of plugins is not safe in threads.
    from PIL import Image

    importlib.import_module(f"PIL.{_PLUGINS[name]}")
    mode = "I;16" if image.dtype == UINT16 else {2: "L", 3: "RGB"}[image.ndim]
    if image.shape[2:] == (4,):
        mode = "RGBA"
    height, width = image.shape[:2]
    raw = np.ascontiguousarray(image, dtype=image.dtype.newbyteorder("<"))
    lossy: dict[str, Any] = {"quality": quality}
    options = {"JPEG": lossy, "WEBP": lossy, "PNG": {"compress_level": _COMPRESS_LEVEL}}
    file = io.BytesIO()
    picture = Image.frombuffer(mode, (width, height), raw, "raw", mode, 0, 1)
    picture.save(file, name, **options.get(name, {}))
    return file.getvalue()

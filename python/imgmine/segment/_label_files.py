from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._files import replace_file
from ..io import imencode, imread
from ._planes import INT32, as_regions

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array

_MOST = 65535
_SUFFIXES = (".png", ".tif", ".tiff")


def save_labels(path: str | os.PathLike[str], labels: npt.ArrayLike) -> None:
    """Write a label image to a PNG or TIFF whose gray values are the labels.

    A reader finds the old file or the whole new one. Up to label 255 the file has 8 bits a pixel,
    else 16; such files look black in a viewer: `annotate` makes one to look at.

    Parameters
    ----------
    path : path
        With suffix .png, .tif or .tiff, in any case.
    labels : array_like of shape (H, W), any integer dtype
        From 0 to 65535.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers.
    ValueError
        If a label is above 65535, which no gray PNG holds: number the regions that there are anew
        (`relabel`), or keep the array itself (``np.save``). If the suffix or a shape is another.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.arange(12, dtype=np.int32).reshape(3, 4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     im.segment.save_labels(Path(folder, "labels.png"), labels)
    ...     bool((im.segment.load_labels(Path(folder, "labels.png")) == labels).all())
    True
    """
    array = as_regions(labels)
    suffix = Path(os.path.realpath(path)).suffix.lower()
    if suffix not in _SUFFIXES:
        raise ValueError(
            f"path must have the suffix {', '.join(_SUFFIXES)}, which keep every label, "
            f"got {os.fspath(path)!r}"
        )
    most = int(array.max())
    if most > _MOST:
        raise ValueError(
            f"labels must be at most {_MOST} in a file, got {most}; number the regions that there "
            "are anew, or keep the array with np.save"
        )
    pixels = array.astype(np.uint8 if most <= 255 else np.uint16)
    replace_file(path, imencode(pixels, suffix))


def load_labels(path: str | os.PathLike[str] | bytes) -> Array:
    """Read a label image that `save_labels`, or another program, wrote as gray values.

    Parameters
    ----------
    path : path or bytes
        A file, or its contents: gray, of 8 or 16 bits a pixel.

    Returns
    -------
    ndarray of shape (H, W), int32

    Raises
    ------
    DecodeError
        If it is no picture.
    ValueError
        If it is one in color: what its colors stand for is not known.
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> data = im.io.imencode(np.array([[0, 300]], np.uint16), "png")
    >>> im.segment.load_labels(data)
    array([[  0, 300]], dtype=int32)
    """
    pixels = imread(path, mode=None)
    if pixels.ndim != 2 or pixels.dtype.kind != "u":
        kind = f"{pixels.dtype} of shape {pixels.shape}"
        raise ValueError(f"path must be a gray picture of 8 or 16 bits a pixel, got {kind}")
    return pixels.astype(INT32)

"""Fingerprints of 64 bits or so: alike pictures have hashes of which few bits differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._backend import version_for
from .._validate import UINT8, Array, as_bool, as_image, as_int, as_name, as_vector

if TYPE_CHECKING:
    import numpy.typing as npt


def as_picture(image: npt.ArrayLike, *, gpu: bool = False) -> Array:
    """Return `image` if it is uint8 and gray, RGB or RGBA, and not empty."""
    array = as_image(image, (UINT8,), gpu=gpu)
    if array.ndim == 3 and array.shape[2] not in (3, 4):
        raise ValueError(f"image must have shape (H, W), (H, W, 3) or (H, W, 4), got {array.shape}")
    if 0 in array.shape[-3:]:
        raise ValueError(f"image must not be empty, got shape {array.shape}")
    return array


def _hash(
    image: npt.ArrayLike,
    method: str,
    hash_size: int,
    factor: int = 4,
    scale: int | None = None,
    remove: bool = True,
) -> Array:
    array, size = as_picture(image, gpu=True), as_int(hash_size, "hash_size")
    return version_for(array, _core.features.image_hash)(
        array, method, size, factor, _as_scale(scale), remove
    )


def _as_scale(scale: int | None) -> int:
    if scale is None:
        return 0
    if as_int(scale, "image_scale") < 1:
        raise ValueError(f"image_scale must be a power of two, got {scale}")
    return int(scale)


def ahash(image: npt.ArrayLike, hash_size: int = 8) -> Array:
    """Return the average hash: which parts of the picture are brighter than its mean.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        Gray, RGB or RGBA, whose alpha is left out. Not empty.
    hash_size : int, default 8
        The picture is shrunk to so many pixels a side, 2 to 128; the hash has their square of bits.

    Returns
    -------
    ndarray of shape (hash_size² / 8, rounded up,), uint8
        Packed bits, row by row, the most significant first, as ``numpy.packbits`` makes of the
        array of ImageHash's ``average_hash``; `hash_to_hex` writes it as ImageHash does. The same
        bits as ImageHash 4.3 with Pillow 13, whose luma and Lanczos resizing are reproduced exactly
        (Pillow before 13 resizes pictures over twice as tall as wide in another order, which can
        change a bit of those). The same bits on every CPU and GPU and with any number of threads.
        Of a batch (N, H, W, C) on a GPU a row for each image.

    Raises
    ------
    TypeError
        If `image` is not uint8, or `hash_size` no whole number.
    ValueError
        If `image` has another shape or is empty, or `hash_size` is out of range.

    See Also
    --------
    imgmine.similarity.hamming : bits in which two hashes differ.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.repeat(np.arange(0, 256, 16, np.uint8)[np.newaxis], 16, axis=0)
    >>> im.features.hash_to_hex(im.features.ahash(ramp))
    '0f0f0f0f0f0f0f0f'
    """
    return _hash(image, "ahash", hash_size)


def dhash(image: npt.ArrayLike, hash_size: int = 8, *, vertical: bool = False) -> Array:
    """Return the difference hash: where the picture grows brighter from left to right.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        As in `ahash`.
    hash_size : int, default 8
        The picture is shrunk to so many rows, and one more column, each pixel of which is compared
        with its left neighbor.
    vertical : bool, default False
        From top to bottom instead: ImageHash's ``dhash_vertical``.

    Returns
    -------
    ndarray of shape (hash_size² / 8, rounded up,), uint8
        The bits of ImageHash's ``dhash``; see `ahash`.

    Raises
    ------
    TypeError, ValueError
        As `ahash`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.repeat(np.arange(0, 256, 16, np.uint8)[np.newaxis], 16, axis=0)
    >>> im.features.hash_to_hex(im.features.dhash(ramp))
    'ffffffffffffffff'
    """
    vertically = as_bool(vertical, "vertical")
    return _hash(image, "dhash_vertical" if vertically else "dhash", hash_size)


def phash(image: npt.ArrayLike, hash_size: int = 8, *, highfreq_factor: int = 4) -> Array:
    """Return the perceptual hash: which low frequencies are stronger than the median one.

    The hash to begin with: it bears recompression, other sizes, brightness and slight blur.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        As in `ahash`.
    hash_size : int, default 8
        Cosine coefficients a side that are kept.
    highfreq_factor : int, default 4
        The picture is shrunk to ``hash_size * highfreq_factor`` pixels a side, at most 1024.

    Returns
    -------
    ndarray of shape (hash_size² / 8, rounded up,), uint8
        The bits of ImageHash's ``phash``; see `ahash`. Where that side is a power of two the
        coefficients are those of SciPy on x86-64 to the last bit; elsewhere a picture with exact
        symmetries, half of whose coefficients differ from the median by rounding alone, may have
        other bits than ImageHash.

    Raises
    ------
    TypeError, ValueError
        As `ahash`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.repeat(np.arange(0, 256, 16, np.uint8)[np.newaxis], 16, axis=0)
    >>> im.features.hash_to_hex(im.features.phash(ramp))
    'aa00000000000000'
    """
    return _hash(image, "phash", hash_size, as_int(highfreq_factor, "highfreq_factor"))


def whash(
    image: npt.ArrayLike,
    hash_size: int = 8,
    *,
    image_scale: int | None = None,
    remove_max_haar_ll: bool = True,
) -> Array:
    """Return the wavelet hash: which parts of the picture are brighter than the median one.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        As in `ahash`.
    hash_size : int, default 8
        Haar coefficients a side, a power of two.
    image_scale : int, optional
        The picture is resized to so many pixels a side, a power of two from `hash_size` to 16384;
        default: the largest that its shorter side has.
    remove_max_haar_ll : bool, default True
        Take the picture's mean off first, which changes nothing but rounding.

    Returns
    -------
    ndarray of shape (hash_size² / 8, rounded up,), uint8
        The bits of ImageHash's ``whash`` in mode "haar", roundings of PyWavelets included; see
        `ahash`.

    Raises
    ------
    TypeError, ValueError
        As `ahash`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.repeat(np.arange(0, 256, 16, np.uint8)[np.newaxis], 16, axis=0)
    >>> im.features.hash_to_hex(im.features.whash(ramp))
    '0f0f0f0f0f0f0f0f'
    """
    remove = as_bool(remove_max_haar_ll, "remove_max_haar_ll")
    return _hash(image, "whash", hash_size, scale=image_scale, remove=remove)


def dihedral_hashes(image: npt.ArrayLike, method: str = "phash", hash_size: int = 8) -> Array:
    """Return the hashes of a picture turned and mirrored in all eight ways.

    A mirrored copy is found by comparing its hash with all eight.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 3) or (H, W, 4), uint8
        As in `ahash`.
    method : {"ahash", "dhash", "dhash_vertical", "phash", "whash", "pdq"}, default "phash"
    hash_size : int, default 8
        Of "pdq" always 16.

    Returns
    -------
    ndarray of shape (8, hash_size² / 8, rounded up), uint8
        Of the image as it is; turned by 90, 180 and 270 degrees (``numpy.rot90``); mirrored top to
        bottom and left to right; transposed; transposed along the other diagonal. The picture is
        shrunk once and its small version turned: now and then a bit is another than the hash of
        the turned image has, where rounding decides.

    Raises
    ------
    TypeError, ValueError
        As `ahash`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> ramp = np.repeat(np.arange(0, 256, 16, np.uint8)[np.newaxis], 16, axis=0)
    >>> [im.features.hash_to_hex(h) for h in im.features.dihedral_hashes(ramp, "ahash")[[0, 2]]]
    ['0f0f0f0f0f0f0f0f', 'f0f0f0f0f0f0f0f0']
    """
    array, size = as_picture(image), as_int(hash_size, "hash_size")
    if method == "pdq":
        return _core.features.pdq(array)[0]
    return _core.features.dihedral_hashes(array, as_name(method, "method"), size, 4, 0, True)


def _bits_of(bits: int | None, n_bytes: int) -> int:
    if bits is None:
        return 8 * n_bytes
    n = as_int(bits, "bits")
    if not 8 * n_bytes - 8 < n <= 8 * n_bytes:
        raise ValueError(f"bits must be what {n_bytes} bytes are for, got {bits}")
    return n


def hash_to_hex(hash: npt.ArrayLike, bits: int | None = None) -> str:  # noqa: A002
    """Write a hash down as ImageHash's ``str`` does.

    Parameters
    ----------
    hash : array_like of shape (n,), uint8
        Packed bits.
    bits : int, optional
        How many there are, ``hash_size²``; default: 8 n. To be given where that is no multiple of
        8, as ImageHash then fills up in front.

    Returns
    -------
    str
        Hexadecimal, four bits a digit.

    Raises
    ------
    TypeError, ValueError
        If `hash` is no list of bytes, or `bits` does not belong to so many.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.hash_to_hex(np.array([0xD8, 0x79], np.uint8))
    'd879'
    """
    data = as_vector(hash, "hash", (UINT8,))[0].tobytes()
    n = _bits_of(bits, len(data))
    if n == 0:
        return ""
    return f"{int.from_bytes(data, 'big') >> (8 * len(data) - n):0{-(-n // 4)}x}"


def hash_from_hex(text: str, bits: int | None = None) -> Array:
    """Read a hash that `hash_to_hex` or ImageHash wrote.

    Parameters
    ----------
    text : str
        Hexadecimal digits.
    bits : int, optional
        How many bits there are; default: four a digit.

    Returns
    -------
    ndarray of shape (bits / 8, rounded up,), uint8

    Raises
    ------
    TypeError
        If `text` is no string.
    ValueError
        If it has anything but hexadecimal digits, or another number of them than `bits` needs.

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.hash_from_hex("d879")
    array([216, 121], dtype=uint8)
    """
    as_name(text, "text")
    n = 4 * len(text) if bits is None else as_int(bits, "bits")
    if n < 0 or -(-n // 4) != len(text):
        raise ValueError(
            f"text must have {max(-(-n // 4), 0)} digits for {bits} bits, got {text!r}"
        )
    if not all(digit in "0123456789abcdefABCDEF" for digit in text):
        raise ValueError(f"text must be hexadecimal, got {text!r}")
    value, n_bytes = int(text or "0", 16), (n + 7) // 8
    if value >> n:
        raise ValueError(f"text must have no more than {bits} bits, got {text!r}")
    packed = bytearray((value << (8 * n_bytes - n)).to_bytes(n_bytes, "big"))
    result: Array = np.frombuffer(packed, np.uint8)
    return result

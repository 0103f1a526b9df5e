"""Vectors in 8 bits a value: an offset for each dimension, one scale for all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .._validate import Array

_BLOCK = 32  # bytes: a row of codes is a multiple of it
_SAMPLE = 50_000  # rows that tell where the values lie
_CHUNK = 1 << 14


def code_range(dim: int) -> int:
    """Return the largest code: with it, sums of squares stay within 31 bits."""
    return 255 if dim <= 8192 else int(math.sqrt((2**31 - 1) / dim) / 2)


def calibrate(
    vectors: Array, *, clip: bool, former: tuple[Array, float] | None = None
) -> tuple[Array, float, bool]:
    """Return offsets, scale and whether the codes of `vectors` lose nothing.

    With `clip` the outermost of a thousand values may lie beyond the codes, for finer steps. The
    `former` offsets and scale, of codes that most vectors come from, are kept as long as they fit:
    a vector that is encoded again and again stays what it was.
    """
    most = code_range(vectors.shape[1])
    if len(vectors) == 0:
        return np.zeros(vectors.shape[1], np.float32), 1.0, True
    low = vectors.min(axis=0)
    if np.ptp(vectors, axis=0).max() <= most and _are_whole(vectors):
        inside = bool((low >= 0).all()) and vectors.max() <= most
        if np.abs(low).max() < 2**23:  # so that offset + code is exact
            return np.zeros_like(low) if inside else low, 1.0, True
    high = vectors.max(axis=0)
    if former is not None:
        moved = _moved(former, low, high, most)
        if moved is not None:
            return moved, former[1], False
    if clip:
        step = max(1, len(vectors) // _SAMPLE)
        low, high = np.quantile(vectors[::step], [0.0005, 0.9995], axis=0)
    scale = float((high - low).max()) / most
    if not (scale > 0 and np.isfinite(np.float32(scale)) and np.float32(scale) > 0):
        scale = 1.0
    return low.astype(np.float32), float(np.float32(scale)), False


def _moved(former: tuple[Array, float], low: Array, high: Array, most: int) -> Array | None:
    """Return offsets by whole steps from the former ones; None where too few or many are left."""
    offsets, scale = former
    first, last = np.rint((low - offsets) / scale), np.rint((high - offsets) / scale)
    if not most / 2 <= (last - first).max() <= most:
        return None
    steps = np.where(first < 0, first, np.maximum(last - most, 0))
    moved: Array = (offsets + steps * np.float32(scale)).astype(np.float32)
    return moved


def _are_whole(vectors: Array) -> bool:
    return all(
        (vectors[i : i + _CHUNK] == np.floor(vectors[i : i + _CHUNK])).all()
        for i in range(0, len(vectors), _CHUNK)
    )


def encode(vectors: Array, offsets: Array, scale: float) -> Array:
    """Return the codes of `vectors`, rows padded with zeros."""
    n, dim = vectors.shape
    codes = np.zeros((n, -(-dim // _BLOCK) * _BLOCK), np.uint8)
    most = code_range(dim)
    for i in range(0, n, _CHUNK):
        scaled = (vectors[i : i + _CHUNK] - offsets) / np.float32(scale)
        codes[i : i + _CHUNK, :dim] = np.clip(np.rint(scaled), 0, most)
    return codes

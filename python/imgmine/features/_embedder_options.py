"""What the options of `Embedder` may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_float, as_int, as_name
from ..geometry._resize import two_sides
from ._tokenizer import as_tokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._embedder import Embedder

CHOICES: dict[str, tuple[str | None, ...]] = {
    "fit": ("crop", "stretch"),
    "resample": ("nearest", "box", "bilinear", "bicubic", "lanczos"),
    "channel_order": ("RGB", "BGR"),
    "layout": ("NCHW", "NHWC", None),
    "normalize": ("l2", None),
}

# What CLIP's networks were trained with.
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)

# Recipes may come from strangers: what they ask for has limits.
LONGEST = 4096
MOST_NUMBERS = 65536


def within(value: int, most: int, name: str) -> int:
    """Return a whole number from 1 to `most`."""
    if not 1 <= as_int(value, name) <= most:
        raise ValueError(f"{name} must be from 1 to {most}, got {value!r}")
    return int(value)


def settled(embedder: Embedder) -> dict[str, Any]:
    """Return the options that an `Embedder` was given as it keeps them."""
    for name, known in CHOICES.items():
        if getattr(embedder, name) not in known:
            raise ValueError(f"{name} must be one of {known}, got {getattr(embedder, name)!r}")
    found: dict[str, Any] = {"pad_id": as_int(embedder.pad_id, "pad_id")}
    if embedder.layer is not None:
        as_name(embedder.layer, "layer")
    if embedder.text_length is not None:
        found["text_length"] = within(embedder.text_length, MOST_NUMBERS, "text_length")
    if embedder.input_size is not None:
        sides = two_sides(embedder.input_size)
        found["input_size"] = tuple(within(side, LONGEST, "input_size") for side in sides)
    if (embedder.text_model is None) != (embedder.tokenizer is None):
        raise ValueError("text_model and tokenizer must be given together")
    if embedder.tokenizer is not None:
        found["tokenizer"] = as_tokenizer(embedder.tokenizer)
    return found


def scaling(embedder: Embedder, channels: Sequence[int]) -> dict[str, Any]:
    """Return mean and std as numbers for each channel; None stays so, for networks."""
    mean, std = embedder.mean, embedder.std
    if channels == (3,):
        mean, std = CLIP_MEAN if mean is None else mean, CLIP_STD if std is None else std
    if mean is None and std is None:
        return {}
    if mean is None or std is None:
        raise ValueError("mean and std must be given together for a network of imgmine.nn")
    found = _numbers(mean, "mean", channels), _numbers(std, "std", channels)
    if len(found[0]) != len(found[1]):
        raise ValueError(f"mean and std must be of as many channels, got {mean!r} and {std!r}")
    if not all(found[1]):
        raise ValueError(f"std must not be 0, got {std!r}")
    return dict(zip(("mean", "std"), found, strict=True))


def _numbers(values: Sequence[float], name: str, channels: Sequence[int]) -> tuple[float, ...]:
    """Return a number for each of R, G and B, or one for gray images."""
    if not isinstance(values, (list, tuple, np.ndarray)) or len(values) not in channels:
        known = "three numbers, for R, G and B" + (", or one for gray" if 1 in channels else "")
        raise ValueError(f"{name} must be {known}, got {values!r}")
    found = tuple(as_float(value, name) for value in values)
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite, got {values!r}")
    return found

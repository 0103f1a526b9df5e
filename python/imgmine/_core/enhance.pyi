from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def adjust(
    image: _Array,
    brightness: float,
    contrast: float,
    gamma: float,
    gain: float,
    middle: float | None,
    out: _Array | None = None,
) -> _Array: ...
def adjust_saturation(image: _Array, factor: float, out: _Array | None = None) -> _Array: ...
def apply_lut(image: _Array, tables: _Array, out: _Array | None = None) -> _Array: ...
def autocontrast(
    image: _Array, low: float, high: float, per_channel: bool, out: _Array | None = None
) -> _Array: ...
def equalize_hist(image: _Array, out: _Array | None = None) -> _Array: ...
def clahe(
    image: _Array, clip_limit: float, rows: int, columns: int, out: _Array | None = None
) -> _Array: ...
def match_histograms(image: _Array, reference: _Array, out: _Array | None = None) -> _Array: ...
def normalize(
    image: _Array,
    mean: list[float],
    std: list[float],
    scale: float,
    channels_first: bool,
    out: _Array | None = None,
) -> _Array: ...
def white_balance(
    image: _Array, method: str, p: float, percentile: float, out: _Array | None = None
) -> _Array: ...
def flat_field(
    image: _Array, flat: _Array, dark: _Array | None, out: _Array | None = None
) -> _Array: ...
def unsharp_mask(
    image: _Array,
    sigma: float,
    amount: float,
    threshold: float,
    border: str,
    out: _Array | None = None,
) -> _Array: ...

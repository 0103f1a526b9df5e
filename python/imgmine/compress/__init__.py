"""Fewer colors, fewer coefficients."""

from ._dct_compress import dct_compress
from ._quantize_colors import quantize_colors

__all__ = [
    "dct_compress",
    "quantize_colors",
]

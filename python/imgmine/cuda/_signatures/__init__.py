"""The types that each kernel is launched with: what to compile ahead."""

from __future__ import annotations

from numba import types

from .. import _copy
from ._features import features, hashes
from ._images import color, filters, geometry, wide_filters
from ._rows import similarity
from ._types import F32, U8, Signature, array


def signatures() -> list[Signature]:
    """Return every kernel with the types of its arguments."""
    strided = [types.Array(dtype, 4, "A") for dtype in (U8, F32)]
    copies = [(_copy.copy_values, (source, array(source.dtype, 1))) for source in strided]
    return [
        *copies,
        *color(),
        *filters(),
        *wide_filters(),
        *geometry(),
        *features(),
        *hashes(),
        *similarity(),
    ]

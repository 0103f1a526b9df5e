"""The descriptors that a recipe may hold, by the names under which it writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._color_histogram import ColorHistogram
from ._histogram import Histogram

if TYPE_CHECKING:
    from ._descriptor import Descriptor

DESCRIPTORS: dict[str, type[Descriptor]] = {
    descriptor.__name__: descriptor
    for descriptor in (
        Histogram,
        ColorHistogram,
    )
}

"""The descriptors that a recipe may hold, by the names under which it writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._bag_of_words import BagOfWords
from ._color_histogram import ColorHistogram
from ._fisher_vector import FisherVector
from ._histogram import Histogram
from ._vlad import VLAD

if TYPE_CHECKING:
    from ._descriptor import Descriptor

DESCRIPTORS: dict[str, type[Descriptor]] = {
    descriptor.__name__: descriptor
    for descriptor in (
        Histogram,
        ColorHistogram,
        BagOfWords,
        VLAD,
        FisherVector,
    )
}

"""The descriptors that a recipe may hold, by the names under which it writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._color_histogram import ColorHistogram
from ._gabor_features import GaborFeatures
from ._glcm_properties import GLCMProperties
from ._haralick import Haralick
from ._histogram import Histogram
from ._lbp import LBP
from ._tamura import Tamura

if TYPE_CHECKING:
    from ._descriptor import Descriptor

DESCRIPTORS: dict[str, type[Descriptor]] = {
    descriptor.__name__: descriptor
    for descriptor in (
        Histogram,
        ColorHistogram,
        LBP,
        GLCMProperties,
        Haralick,
        GaborFeatures,
        Tamura,
    )
}

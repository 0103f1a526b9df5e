"""The descriptors that a recipe may hold, by the names under which it writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._color_histogram import ColorHistogram
from ._edge_histogram import EdgeHistogram
from ._fourier_descriptors import FourierDescriptors
from ._histogram import Histogram
from ._hog import HOG
from ._hu_moments import HuMoments
from ._phog import PHOG
from ._region_shape import RegionShape
from ._zernike_moments import ZernikeMoments

if TYPE_CHECKING:
    from ._descriptor import Descriptor

DESCRIPTORS: dict[str, type[Descriptor]] = {
    descriptor.__name__: descriptor
    for descriptor in (
        Histogram,
        ColorHistogram,
        HOG,
        EdgeHistogram,
        PHOG,
        HuMoments,
        ZernikeMoments,
        FourierDescriptors,
        RegionShape,
    )
}

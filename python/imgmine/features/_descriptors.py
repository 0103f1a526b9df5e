"""The descriptors that a recipe may hold, by the names under which it writes them down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._bag_of_words import BagOfWords
from ._cedd import CEDD
from ._color_correlogram import ColorCorrelogram
from ._color_histogram import ColorHistogram
from ._color_layout import ColorLayout
from ._color_moments import ColorMoments
from ._dominant_colors import DominantColors
from ._edge_histogram import EdgeHistogram
from ._embedder import Embedder
from ._fcth import FCTH
from ._fisher_vector import FisherVector
from ._fourier_descriptors import FourierDescriptors
from ._gabor_features import GaborFeatures
from ._glcm_properties import GLCMProperties
from ._haralick import Haralick
from ._histogram import Histogram
from ._hog import HOG
from ._hu_moments import HuMoments
from ._lbp import LBP
from ._phog import PHOG
from ._region_shape import RegionShape
from ._scalable_color import ScalableColor
from ._tamura import Tamura
from ._vlad import VLAD
from ._zernike_moments import ZernikeMoments

if TYPE_CHECKING:
    from ._descriptor import Descriptor

DESCRIPTORS: dict[str, type[Descriptor]] = {
    descriptor.__name__: descriptor
    for descriptor in (
        Histogram,
        ColorHistogram,
        ColorMoments,
        ColorCorrelogram,
        DominantColors,
        ColorLayout,
        ScalableColor,
        CEDD,
        FCTH,
        LBP,
        GLCMProperties,
        Haralick,
        GaborFeatures,
        Tamura,
        BagOfWords,
        VLAD,
        FisherVector,
        HOG,
        EdgeHistogram,
        PHOG,
        HuMoments,
        ZernikeMoments,
        FourierDescriptors,
        RegionShape,
        Embedder,
    )
}

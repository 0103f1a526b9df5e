"""What the recipes that have a name are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from ._cedd import CEDD
from ._color_correlogram import ColorCorrelogram
from ._color_histogram import ColorHistogram
from ._color_moments import ColorMoments
from ._edge_histogram import EdgeHistogram
from ._gabor_features import GaborFeatures
from ._haralick import Haralick
from ._histogram import Histogram
from ._hog import HOG
from ._lbp import LBP
from ._phog import PHOG
from ._steps import GaussianBlur, Gray, Step
from ._tamura import Tamura

if TYPE_CHECKING:
    from ._descriptor import Descriptor


class Preset(TypedDict, total=False):
    """Arguments of `Recipe`."""

    descriptors: list[Descriptor]
    preprocess: list[Step]
    weights: list[float]


# The weights were found by trying, on the sets and by the measure of docs/benchmarks.md: an even
# grid of steps, one descriptor added at a time while it helped.
PRESETS: dict[str, Preset] = {
    "histogram": {
        "descriptors": [Histogram(bins=8)],
        "preprocess": [Gray(), GaussianBlur(ksize=5)],
    },
    "color": {
        "descriptors": [ColorHistogram((8, 4, 4), space="hsv", normalize="hellinger")],
    },
    "texture": {
        "descriptors": [
            LBP(8, 2, method="nri_uniform", grid=(2, 2)),
            Haralick(),
            GaborFeatures(wavelengths=(3, 6, 12, 24)),
            Tamura(),
        ],
        "weights": [1, 1, 1.5, 1.5],
    },
    "shape": {
        "descriptors": [HOG(), EdgeHistogram(), PHOG(levels=2)],
        "weights": [1, 0.5, 0.7],
    },
    "balanced": {
        "descriptors": [
            ColorHistogram((16, 4, 4), space="hsv", normalize="hellinger"),
            ColorCorrelogram((8, 4, 4), distances=(1,), space="hsv"),
            ColorMoments("hsv", grid=(3, 3)),
            LBP(),
            Tamura(),
            EdgeHistogram(),
        ],
        "weights": [0.3, 0.45, 0.45, 1, 1.7, 0.3],
    },
    "objects": {
        "descriptors": [HOG(), PHOG(levels=2), EdgeHistogram(), Tamura(), CEDD()],
        "weights": [0.9, 0.6, 0.3, 0.9, 0.2],
    },
}

import imgmine as im
import numpy as np
import pytest
from skimage import segmentation

from .photo import otsu_mask


@pytest.mark.parametrize("mode", ["thick", "inner", "outer"])
def bench_find_boundaries(race, threads, data_dir, mode):
    labels = im.segment.label(otsu_mask(data_dir, 1080, 1920))[0]
    race(
        lambda: im.segment.find_boundaries(labels, mode=mode),
        {"skimage": lambda: segmentation.find_boundaries(labels, mode=mode)},
        np.testing.assert_array_equal,
        moves=5 * labels.size,
        turns=5,
    )

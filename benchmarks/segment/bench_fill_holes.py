import imgmine as im
import numpy as np
from scipy import ndimage

from .photo import otsu_mask


def bench_fill_holes(race, threads, data_dir):
    mask = otsu_mask(data_dir, 1080, 1920)
    race(
        lambda: im.segment.fill_holes(mask),
        {"scipy": lambda: ndimage.binary_fill_holes(mask)},
        np.testing.assert_array_equal,
        moves=2 * mask.nbytes,
        turns=5,
    )

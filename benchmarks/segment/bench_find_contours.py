import imgmine as im
import numpy as np
from skimage import measure

from .photo import otsu_mask


def same(ours, theirs):
    np.testing.assert_array_equal(np.concatenate(ours), np.concatenate(theirs))


def bench_find_contours(race, threads, data_dir):
    mask = otsu_mask(data_dir, 1080, 1920)
    race(
        lambda: im.segment.find_contours(mask),
        {"skimage": lambda: measure.find_contours(mask)},
        same,
        turns=1,
    )

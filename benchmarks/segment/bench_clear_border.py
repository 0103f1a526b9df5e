import imgmine as im
import numpy as np
from skimage import segmentation

from .photo import otsu_mask


def bench_clear_border(race, threads, data_dir):
    labels = im.segment.label(otsu_mask(data_dir, 1080, 1920))[0]
    race(
        lambda: im.segment.clear_border(labels),
        {"skimage": lambda: segmentation.clear_border(labels)},
        np.testing.assert_array_equal,
        moves=2 * labels.nbytes,
        turns=5,
    )

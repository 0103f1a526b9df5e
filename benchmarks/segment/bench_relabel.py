import imgmine as im
import numpy as np
from skimage.segmentation import relabel_sequential

from .photo import otsu_mask


def bench_relabel(race, threads, data_dir):
    labels = 3 * im.segment.label(otsu_mask(data_dir, 1080, 1920))[0]
    race(
        lambda: im.segment.relabel(labels)[0],
        {"skimage": lambda: relabel_sequential(labels)[0]},
        np.testing.assert_array_equal,
        moves=2 * labels.nbytes,
    )

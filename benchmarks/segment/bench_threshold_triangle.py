import imgmine as im
import numpy as np
from skimage import filters

from .scenes import gray


def bench_threshold_triangle(race, threads):
    image = gray((1080, 1920))
    race(
        lambda: im.segment.threshold_triangle(image),
        {"scikit-image": lambda: filters.threshold_triangle(image)},
        np.testing.assert_equal,
        moves=2 * image.nbytes,
        turns=5,
    )

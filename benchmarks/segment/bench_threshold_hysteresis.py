import imgmine as im
import numpy as np
from skimage import filters

from .scenes import gray


def bench_threshold_hysteresis(race, threads):
    image = gray((1080, 1920))
    race(
        lambda: im.segment.threshold_hysteresis(image, 120, 180),
        {"scikit-image": lambda: filters.apply_hysteresis_threshold(image, 120, 180)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )

import imgmine as im
import numpy as np
from skimage import filters

from .scenes import gray


def bench_threshold_li(race, threads):
    image = gray((1080, 1920))
    race(
        lambda: im.segment.threshold_li(image),
        {"scikit-image": lambda: filters.threshold_li(image)},
        np.testing.assert_allclose,
        moves=2 * image.nbytes,
        turns=5,
    )

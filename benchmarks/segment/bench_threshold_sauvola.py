import imgmine as im
import numpy as np
from skimage import filters

from .scenes import page


def bench_threshold_sauvola(race, threads):
    image = page((1080, 1920))
    race(
        lambda: im.segment.threshold_sauvola(image, 31, 0.2, 127.5),
        {"scikit-image": lambda: filters.threshold_sauvola(image, 31, 0.2)},
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-3),
        moves=5 * image.nbytes,
        turns=3,
    )

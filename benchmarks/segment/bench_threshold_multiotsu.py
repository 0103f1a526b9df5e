import imgmine as im
import numpy as np
from skimage import filters

from .scenes import gray


def bench_threshold_multiotsu(race, threads):
    """Of three classes; sums in float32 make the peer miss the best by a level now and then."""
    image = gray((1080, 1920))
    race(
        lambda: im.segment.threshold_multiotsu(image),
        {"scikit-image": lambda: filters.threshold_multiotsu(image)},
        lambda a, b: np.testing.assert_allclose(a, b, atol=1),
        moves=2 * image.nbytes,
        turns=5,
    )

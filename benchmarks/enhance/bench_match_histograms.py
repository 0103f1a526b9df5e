import imgmine as im
import numpy as np
from skimage import exposure

from ..pictures import picture


def bench_match_histograms(race, threads):
    image = picture(480, 640)
    reference = image[:200] // 2 + 40

    def agree(ours, theirs):
        assert np.abs(ours.astype(float) - theirs).max() <= 1

    race(
        lambda: im.enhance.match_histograms(image, reference),
        {"skimage": lambda: exposure.match_histograms(image, reference, channel_axis=2)},
        agree,
        moves=3 * image.nbytes,
    )

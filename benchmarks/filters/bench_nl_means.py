import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("kind", ["gray", "RGB"])
def bench_nl_means(race, threads, kind):
    image = picture(480, 640)
    if kind == "gray":
        image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    noise = np.random.default_rng(0).normal(0, 10, image.shape)
    image = np.clip(image + noise, 0, 255).astype(np.uint8)

    def agree(ours, theirs):
        assert np.abs(ours.astype(int) - theirs).max() <= 1

    race(
        lambda: im.filters.nl_means(image, 10),
        {"OpenCV": lambda: cv2.fastNlMeansDenoising(image, None, 10, 7, 21)},
        agree,
        moves=2 * image.nbytes,
        turns=5,
    )

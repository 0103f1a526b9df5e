import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_bilateral_filter(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    compare(race, image, 9, 25.0, 3.0, 5)


@pytest.mark.parametrize("kind", ["gray float32", "RGB uint8", "RGB uint8, sigma 75"])
def bench_bilateral_filter_of(race, threads, kind):
    image = picture(1080, 1920)
    if kind == "gray float32":
        image = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sigmas = (75.0, 75.0) if "75" in kind else (25.0, 3.0)
    compare(race, image, 9, *sigmas, 5)


def compare(race, image, ksize, sigma_color, sigma_space, turns):
    def agree(ours, theirs):
        difference = np.abs(ours.astype(np.float32) - theirs)
        assert difference.max() <= (1 if ours.dtype == np.uint8 else 0.02)

    race(
        lambda: im.filters.bilateral_filter(image, sigma_color, sigma_space, ksize=ksize),
        {"OpenCV": lambda: cv2.bilateralFilter(image, ksize, sigma_color, sigma_space)},
        agree,
        moves=2 * image.nbytes,
        turns=turns,
    )

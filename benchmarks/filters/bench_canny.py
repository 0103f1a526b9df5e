import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
@pytest.mark.parametrize("l2_gradient", [False, True], ids=["l1", "l2"])
@pytest.mark.parametrize("kind", ["smooth", "noisy"])
def bench_canny(race, threads, size, l2_gradient, kind):
    """Few edges, and with noise many: 0.1 and 20 per cent of all pixels."""
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    if kind == "noisy":
        noise = np.random.default_rng(0).normal(0, 12, size)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    race(
        lambda: im.filters.canny(image, 50, 150, l2_gradient=l2_gradient),
        {"Canny": lambda: cv2.Canny(image, 50, 150, L2gradient=l2_gradient)},
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=7,
    )


@pytest.mark.parametrize(("kind", "ksize"), [("gray", 5), ("gray", 7), ("RGB", 3)])
def bench_canny_other_kinds(race, threads, kind, ksize):
    image = picture(1080, 1920)
    image = image if kind == "RGB" else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    high = {3: 40, 5: 480, 7: 6400}[ksize]
    race(
        lambda: im.filters.canny(image, high / 3, high, ksize=ksize),
        {"Canny": lambda: cv2.Canny(image, high / 3, high, apertureSize=ksize)},
        np.testing.assert_array_equal,
        moves=image.nbytes + image.size // (3 if kind == "RGB" else 1),
        turns=7,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_clahe(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    opencv = cv2.createCLAHE(2.0, (8, 8))
    race(
        lambda: im.enhance.clahe(image),
        {"opencv": lambda: opencv.apply(image)},
        np.testing.assert_array_equal,
        moves=3 * image.nbytes,
    )

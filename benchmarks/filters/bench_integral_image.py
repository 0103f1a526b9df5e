import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_integral_image(race, threads, size):
    race_integrals(race, cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY))


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("channels", [1, 3])
def bench_integral_image_others(race, threads, dtype, channels):
    image = picture(1080, 1920)
    image = image if channels == 3 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    race_integrals(race, image.astype(dtype))


def race_integrals(race, image):
    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs[: len(ours)].astype(ours.dtype), rtol=1e-12)

    peers = {"integral": lambda: cv2.integral(image)}
    sums = im.filters.integral_image(image)
    race(lambda: im.filters.integral_image(image), peers, agree, moves=image.nbytes + sums.nbytes)

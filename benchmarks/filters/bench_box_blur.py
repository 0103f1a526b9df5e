import cv2
import imgmine as im
import numpy as np
import pytest
import scipy.ndimage

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("ksize", [3, 5, 15, 31, 101])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_box_blur(race, threads, dtype, ksize, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)
    race_boxes(race, image, ksize)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("ksize", [5, 31])
def bench_box_blur_rgb(race, threads, dtype, ksize):
    race_boxes(race, picture(1080, 1920).astype(dtype), ksize)


def race_boxes(race, image, ksize):
    sides = (ksize, ksize) + (1,) * (image.ndim - 2)
    peers = {"blur": lambda: cv2.blur(image, (ksize, ksize))}
    if image.size < 3e6:
        peers["uniform_filter"] = lambda: scipy.ndimage.uniform_filter(image, sides, mode="mirror")

    def agree(ours, theirs):
        # SciPy cuts uint8 off after each pass.
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2 if ours.dtype == "uint8" else 0)

    race(lambda: im.filters.box_blur(image, ksize), peers, agree, moves=2 * image.nbytes)

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_rgb2gray(race, threads, dtype, size):
    image = picture(*size).astype(dtype)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=0 if dtype == "uint8" else 1e-4)

    race(
        lambda: im.color.rgb2gray(image),
        {"opencv": lambda: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)},
        agree,
        moves=image.nbytes * 4 // 3,
    )

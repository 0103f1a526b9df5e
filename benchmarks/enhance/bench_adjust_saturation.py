import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image, ImageEnhance

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_adjust_saturation(race, threads, dtype):
    image = picture(1080, 1920).astype(dtype)

    def opencv():
        gray = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        return cv2.addWeighted(image, 1.5, gray, -0.5, 0)

    peers = {"opencv": opencv}
    if dtype == "uint8":
        pillow = Image.fromarray(image)
        peers["pillow"] = lambda: np.asarray(ImageEnhance.Color(pillow).enhance(1.5))

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(float), theirs, atol=2 if dtype == "uint8" else 1e-3)

    race(lambda: im.enhance.adjust_saturation(image, 1.5), peers, agree, moves=2 * image.nbytes)

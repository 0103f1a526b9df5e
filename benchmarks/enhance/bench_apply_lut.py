import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image

from ..pictures import picture


@pytest.mark.parametrize("channels", [1, 3])
def bench_apply_lut(race, threads, channels):
    image = picture(1080, 1920)
    image = image if channels == 3 else image[..., 1].copy()
    table = np.random.default_rng(0).integers(0, 256, (256, channels), np.uint8)
    pillow, points = Image.fromarray(image), table.T.ravel().tolist()
    race(
        lambda: im.enhance.apply_lut(image, table),
        {
            "opencv": lambda: cv2.LUT(image, table.reshape(1, 256, channels)),
            "pillow": lambda: np.asarray(pillow.point(points)),
        },
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

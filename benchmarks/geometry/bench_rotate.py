import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image

from ..pictures import picture

OPENCV = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180}
PILLOW = {90: Image.ROTATE_90, 180: Image.ROTATE_180}


@pytest.mark.parametrize("angle", [90, 180])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("mode", ["gray", "RGB"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_rotate(race, threads, size, mode, dtype, angle):
    image = picture(*size).astype(dtype)
    image = image if mode == "RGB" else np.ascontiguousarray(image[..., 1])
    peers = {"rotate": lambda: cv2.rotate(image, OPENCV[angle])}
    if dtype == "uint8":
        pillow = Image.fromarray(image)
        peers["Pillow"] = lambda: pillow.transpose(PILLOW[angle])
    race(
        lambda: im.geometry.rotate(image, angle, expand=True),
        peers,
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

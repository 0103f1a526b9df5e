import cv2
import imgmine as im
import numpy as np
import pytest
from kornia_rs import imgproc
from PIL import Image

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_rgb2hsv(race, threads, dtype, size):
    image = picture(*size).astype(dtype)
    peers = {"opencv": lambda: cv2.cvtColor(image, cv2.COLOR_RGB2HSV)}
    if dtype == "uint8" and size[0] < 2000:
        picture_of_pillow = Image.fromarray(image)
        peers["pillow"] = lambda: np.asarray(picture_of_pillow.convert("HSV"))
    elif size[0] < 2000:
        scaled = image / np.float32(255)
        peers["kornia-rs"] = lambda: imgproc.hsv_from_rgb(scaled)

    def agree(ours, theirs):
        assert ours.shape == theirs.shape  # each has scales of its own
        if theirs.dtype == np.uint8 and np.max(theirs[..., 0]) < 180:
            np.testing.assert_array_equal(ours, theirs)

    race(lambda: im.color.rgb2hsv(image), peers, agree, moves=2 * image.nbytes)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_hsv2rgb(race, threads, dtype, size):
    image = im.color.rgb2hsv(picture(*size).astype(dtype))
    theirs = image if dtype == "uint8" else image * np.float32([1, 1, 1 / 255])
    scale = 1 if dtype == "uint8" else np.float32(255)

    def agree(ours, result):
        assert np.abs(ours - scale * result.astype(np.float32)).max() < 1.01

    peers = {"opencv": lambda: cv2.cvtColor(theirs, cv2.COLOR_HSV2RGB)}
    race(lambda: im.color.hsv2rgb(image), peers, agree, moves=2 * image.nbytes)

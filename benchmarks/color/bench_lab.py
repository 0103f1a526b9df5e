import cv2
import imgmine as im
import numpy as np
import pytest
from kornia_rs import imgproc

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_rgb2lab(race, threads, dtype, size):
    image = picture(*size).astype(dtype)
    scaled = image if dtype == "uint8" else image / np.float32(255)
    peers = {"opencv": lambda: cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab)}
    if dtype == "float32" and size[0] < 2000:
        peers["kornia-rs"] = lambda: imgproc.lab_from_rgb(scaled)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1)

    race(lambda: im.color.rgb2lab(image), peers, agree, moves=2 * image.nbytes)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_lab2rgb(race, threads, dtype, size):
    image = im.color.rgb2lab(picture(*size).astype(dtype))
    scale = 1 if dtype == "uint8" else np.float32(255)

    def agree(ours, theirs):
        assert np.abs(ours - scale * theirs.astype(np.float32)).max() <= 2

    peers = {"opencv": lambda: cv2.cvtColor(image, cv2.COLOR_Lab2RGB)}
    race(lambda: im.color.lab2rgb(image), peers, agree, moves=2 * image.nbytes)

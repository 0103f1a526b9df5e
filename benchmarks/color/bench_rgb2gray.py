import cv2
import imgmine as im
import numpy as np
import pytest
from kornia_rs import imgproc

from ..pictures import picture


def agree(ours, theirs):
    atol = 1 if ours.dtype == np.uint8 else 1e-3
    np.testing.assert_allclose(ours, theirs.reshape(ours.shape), rtol=1e-5, atol=atol)


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920), (4096, 4096)], ids=str)
def bench_rgb2gray(race, threads, dtype, size):
    image = picture(*size).astype(dtype)
    peers = {"opencv": lambda: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)}
    theirs = imgproc.gray_from_rgb if dtype == "uint8" else imgproc.gray_from_rgb_f32
    peers["kornia-rs"] = lambda: theirs(image)
    race(lambda: im.color.rgb2gray(image), peers, agree, moves=image.nbytes * 4 // 3)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_rgba2gray(race, threads, dtype):
    rgb = picture(1080, 1920).astype(dtype)
    image = np.ascontiguousarray(rgb[..., [0, 1, 2, 2]])
    peers = {"opencv": lambda: cv2.cvtColor(image, cv2.COLOR_RGBA2GRAY)}
    race(lambda: im.color.rgb2gray(image), peers, agree, moves=image.nbytes * 5 // 4)

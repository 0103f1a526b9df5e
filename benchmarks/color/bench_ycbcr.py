import cv2
import imgmine as im
import numpy as np
import pytest
from kornia_rs import imgproc
from PIL import Image

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_rgb2ycbcr(race, threads, dtype, size):
    image = picture(*size).astype(dtype)
    peers = {
        "opencv": lambda: cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb),
        "kornia-rs": lambda: imgproc.ycbcr_from_rgb(image),
    }
    if dtype == "uint8" and size[0] < 2000:
        picture_of_pillow = Image.fromarray(image)
        peers["pillow"] = lambda: np.asarray(picture_of_pillow.convert("YCbCr"))

    def agree(ours, theirs):
        np.testing.assert_allclose(ours[..., 0], theirs[..., 0], rtol=0, atol=1)

    race(lambda: im.color.rgb2ycbcr(image), peers, agree, moves=2 * image.nbytes)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_ycbcr2rgb(race, threads, dtype, size):
    image = im.color.rgb2ycbcr(picture(*size).astype(dtype))
    theirs = np.ascontiguousarray(image[..., [0, 2, 1]])
    if dtype == "float32":
        theirs = (theirs - [0, 0.5, 0.5]).astype(dtype) / np.float32(255)
    scale = 1 if dtype == "uint8" else np.float32(255)

    def agree(ours, result):
        assert np.abs(ours - scale * result.astype(np.float32)).max() <= 1

    peers = {
        "opencv": lambda: cv2.cvtColor(theirs, cv2.COLOR_YCrCb2RGB),
        "kornia-rs": lambda: imgproc.rgb_from_ycbcr(theirs),
    }
    race(lambda: im.color.ycbcr2rgb(image), peers, agree, moves=2 * image.nbytes)

import cv2
import imgmine as im
import numpy as np
import PIL.Image
import PIL.ImageFilter
import pytest

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("sigma", [1, 3])
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_unsharp_mask(race, threads, dtype, sigma, size):
    image = picture(*size).astype(dtype)

    def opencv():
        blurred = cv2.GaussianBlur(image, (0, 0), sigma)
        return cv2.addWeighted(image, 1.5, blurred, -0.5, 0)

    def agree(ours, theirs):
        # Pillow's blur is another one.
        apart = np.abs(ours - np.asarray(theirs, np.float64))
        assert np.percentile(apart, 99) <= 3

    peers = {"GaussianBlur+addWeighted": opencv}
    if dtype == "uint8":
        pillow = PIL.Image.fromarray(image)
        mask = PIL.ImageFilter.UnsharpMask(sigma, 50, 0)
        peers["Pillow"] = lambda: pillow.filter(mask)
    race(lambda: im.enhance.unsharp_mask(image, sigma, 0.5), peers, agree, moves=2 * image.nbytes)

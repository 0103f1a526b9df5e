import cv2
import imgmine as im
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_psnr(race, threads, dtype):
    image = picture(1080, 1920).astype(dtype)
    other = np.ascontiguousarray(image[::-1])

    def agree(ours, theirs):
        assert abs(ours - theirs) < 1e-4

    peers = {
        "OpenCV": lambda: cv2.PSNR(image, other),
        "scikit-image": lambda: peak_signal_noise_ratio(image, other, data_range=255),
    }
    race(lambda: im.metrics.psnr(image, other), peers, agree, moves=2 * image.nbytes)

import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image

from ..pictures import picture


@pytest.mark.parametrize("k", [16, 256])
def bench_quantize_colors(race, threads, k):
    image = picture(480, 640)
    pillow = Image.fromarray(image)

    def with_pillow():
        small = pillow.quantize(k, Image.Quantize.MEDIANCUT, kmeans=1)
        return np.asarray(small.convert("RGB"))

    def with_opencv():
        criteria = (cv2.TERM_CRITERIA_MAX_ITER, 10, 0)
        points = image.reshape(-1, 3).astype(np.float32)
        _, labels, centers = cv2.kmeans(points, k, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
        return np.rint(centers).astype(np.uint8)[labels.ravel()].reshape(image.shape)

    def agree(ours, theirs):
        assert im.metrics.psnr(ours, image) > im.metrics.psnr(theirs, image) - 0.5

    peers = {"Pillow": with_pillow}
    if k == 16:
        peers["OpenCV"] = with_opencv
    race(lambda: im.compress.quantize_colors(image, k), peers, agree, turns=3)

import cv2
import imgmine as im
import pytest

from ..pictures import scene


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)])
@pytest.mark.parametrize("n", [None, 500])
def bench_sift(race, threads, size, n):
    image = scene(*size)
    peer = cv2.SIFT_create(n or 0)

    def agree(ours, theirs):
        assert abs(len(ours[0]) / len(theirs[0]) - 1) < 0.05

    race(
        lambda: im.features.sift(image, n),
        {"opencv": lambda: peer.detectAndCompute(image, None)},
        agree,
        turns=5,
    )

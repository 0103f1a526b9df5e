import cv2
import imgmine as im
import pytest

from ..pictures import scene


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)])
@pytest.mark.parametrize("n", [500, 2000])
def bench_orb(race, threads, size, n):
    image = scene(*size)
    peer = cv2.ORB_create(n)

    def agree(ours, theirs):
        assert len(ours[0]) == len(theirs[0]) == n

    race(
        lambda: im.features.orb(image, n),
        {"opencv": lambda: peer.detectAndCompute(image, None)},
        agree,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("method", ["area", "linear"])
@pytest.mark.parametrize("to", [(256, 256), (720, 1280)], ids=str)
def bench_resize(race, threads, method, to):
    image = picture(1080, 1920)
    flag = cv2.INTER_AREA if method == "area" else cv2.INTER_LINEAR
    peers = {"opencv": lambda: cv2.resize(image, to[::-1], interpolation=flag)}

    def agree(ours, theirs):
        assert np.abs(ours.astype(int) - theirs).max() <= 1

    moves = image.nbytes + to[0] * to[1] * 3
    race(lambda: im.geometry.resize(image, to, method), peers, agree, moves=moves)

import cv2
import imgmine as im
import numpy as np
import pytest

SIZES = pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)


def frame_of(*shape):
    return np.random.default_rng(0).integers(16, 236, shape, np.uint8)


def agree(ours, theirs):
    assert np.abs(ours.astype(int) - theirs).max() <= 1


@SIZES
def bench_nv12_to_rgb(race, threads, size):
    frame = frame_of(size[0] * 3 // 2, size[1])
    peers = {"opencv": lambda: cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_NV12)}
    race(lambda: im.color.nv12_to_rgb(frame), peers, agree, moves=3 * frame.nbytes)


@SIZES
def bench_yuyv_to_rgb(race, threads, size):
    frame = frame_of(*size, 2)
    peers = {"opencv": lambda: cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_YUY2)}
    race(lambda: im.color.yuyv_to_rgb(frame), peers, agree, moves=5 * frame.nbytes // 2)

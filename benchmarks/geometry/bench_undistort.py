import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("mode", ["gray", "RGB"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_undistort(race, threads, size, mode, dtype):
    image = picture(*size).astype(dtype)
    image = image if mode == "RGB" else np.ascontiguousarray(image[..., 1])
    height, width = size
    camera = np.array([[0.8 * width, 0, width / 2], [0, 0.8 * width, height / 2], [0, 0, 1]])
    lens = np.array([-0.2, 0.05, 0.001, -0.002, 0.01])

    def agree(ours, theirs):
        assert np.quantile(np.abs(ours[::7, ::7].astype(np.float32) - theirs[::7, ::7]), 0.9) <= 2

    race(
        lambda: im.geometry.undistort(image, camera, lens),
        {"undistort": lambda: cv2.undistort(image, camera, lens)},
        agree,
        moves=2 * image.nbytes,
    )

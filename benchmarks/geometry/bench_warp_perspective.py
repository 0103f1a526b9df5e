import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

OPENCV = {"linear": cv2.INTER_LINEAR, "nearest": cv2.INTER_NEAREST, "cubic": cv2.INTER_CUBIC}


@pytest.mark.parametrize("method", ["linear", "nearest", "cubic"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("mode", ["gray", "RGB"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_warp_perspective(race, threads, size, mode, dtype, method):
    image = picture(*size).astype(dtype)
    image = image if mode == "RGB" else np.ascontiguousarray(image[..., 1])
    height, width = size
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 15, 1)
    matrix = np.vstack([turn, [1e-5, 2e-5, 1]])

    def agree(ours, theirs):
        assert np.quantile(np.abs(ours[::7, ::7].astype(np.float32) - theirs[::7, ::7]), 0.9) <= 2

    race(
        lambda: im.geometry.warp_perspective(image, matrix, method=method),
        {
            "warpPerspective": lambda: cv2.warpPerspective(
                image, matrix, (width, height), flags=OPENCV[method]
            )
        },
        agree,
        moves=2 * image.nbytes,
    )

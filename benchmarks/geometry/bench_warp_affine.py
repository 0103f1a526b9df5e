import cv2
import imgmine as im
import numpy as np
import pytest
from kornia_rs.imgproc import warp_affine as kornia_warp_affine
from PIL import Image

from ..pictures import picture

OPENCV = {"linear": cv2.INTER_LINEAR, "nearest": cv2.INTER_NEAREST, "cubic": cv2.INTER_CUBIC}
PILLOW = {"linear": Image.BILINEAR, "nearest": Image.NEAREST, "cubic": Image.BICUBIC}


@pytest.mark.parametrize("method", ["linear", "nearest", "cubic"])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("mode", ["gray", "RGB"])
@pytest.mark.parametrize("size", [(480, 640), (1080, 1920), (4096, 4096)], ids=str)
def bench_warp_affine(race, threads, size, mode, dtype, method):
    image = picture(*size).astype(dtype)
    image = image if mode == "RGB" else np.ascontiguousarray(image[..., 1])
    height, width = size
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 15, 1)

    def agree(ours, theirs):
        difference = np.abs(ours.astype(np.float32) - np.asarray(theirs, np.float32))
        # Peers round places, Pillow has another cubic kernel, and borders are not all blended.
        assert np.quantile(difference[::7, ::7], 0.9) <= 3

    peers = {
        "warpAffine": lambda: cv2.warpAffine(image, matrix, (width, height), flags=OPENCV[method])
    }
    if dtype == "uint8" and size[0] < 4096:
        inverse = cv2.invertAffineTransform(matrix)
        inverse[:, 2] += 0.5 - inverse[:, :2].sum(axis=1) / 2  # Pillow's centers are at halves
        pillow = Image.fromarray(image)
        peers["Pillow"] = lambda: pillow.transform(
            (width, height), Image.AFFINE, inverse.ravel(), PILLOW[method]
        )
    if dtype == "uint8" and mode == "RGB" and method != "cubic":
        name = "bilinear" if method == "linear" else "nearest"
        numbers = tuple(map(float, matrix.ravel()))
        peers["kornia-rs"] = lambda: kornia_warp_affine(image, numbers, (height, width), name)
    race(
        lambda: im.geometry.warp_affine(image, matrix, method=method),
        peers, agree, moves=2 * image.nbytes,
    )  # fmt: skip

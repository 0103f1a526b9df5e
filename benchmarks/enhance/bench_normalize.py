import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

MEAN, STD = np.float64([0.485, 0.456, 0.406]), np.float64([0.229, 0.224, 0.225])


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("size", [(224, 224), (1080, 1920)], ids=str)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_normalize(race, threads, dtype, size):
    """Peers: what albucore does inside, by a table or by two operations of OpenCV's; NumPy."""
    image = picture(*size).astype(dtype)
    mean, factor = np.float32(255 * MEAN), np.float32(1 / (255 * STD))
    table = ((np.arange(256)[:, np.newaxis] - 255 * MEAN) / (255 * STD)).astype(np.float32)
    wide_mean = np.broadcast_to(mean, image.shape).copy()
    wide_factor = np.broadcast_to(factor, image.shape).copy()
    peers = {
        "opencv arrays": lambda: cv2.multiply(
            cv2.subtract(image, wide_mean, dtype=cv2.CV_32F), wide_factor
        ),
        "numpy": lambda: (image - mean) * factor,
    }
    if dtype == "uint8":
        peers["opencv LUT"] = lambda: cv2.LUT(image, table.reshape(1, 256, 3))
    race(
        lambda: im.enhance.normalize(image, MEAN, STD),
        peers,
        agree,
        moves=image.nbytes + image.size * 4,
    )


@pytest.mark.parametrize("size", [(224, 224), (1080, 1920)], ids=str)
def bench_normalize_planes(race, threads, size):
    """OpenCV's blob knows one standard deviation for all channels."""
    image = picture(*size)
    race(
        lambda: im.enhance.normalize(image, MEAN, 0.225, layout="CHW"),
        {
            "opencv": lambda: cv2.dnn.blobFromImage(
                image, 1 / (255 * 0.225), mean=tuple(255 * MEAN)
            )[0]
        },
        agree,
        moves=5 * image.nbytes,
    )

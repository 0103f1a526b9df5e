import cv2
import imgmine as im
import numpy as np
import pytest
from scipy import ndimage

from ..pictures import picture


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(ours).max())


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("ksize", [1, 3, 5])
@pytest.mark.parametrize("size", [(1080, 1920)], ids=str)
def bench_laplacian(race, threads, dtype, ksize, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)
    depth = cv2.CV_16S if dtype == "uint8" else cv2.CV_32F
    peers = {"Laplacian": lambda: cv2.Laplacian(image, depth, ksize=ksize)}
    if ksize == 1 and dtype == "float32":
        peers["SciPy"] = lambda: ndimage.laplace(image, mode="mirror")
    result = im.filters.laplacian(image, ksize=ksize)
    race(
        lambda: im.filters.laplacian(image, ksize=ksize),
        peers,
        close,
        moves=image.nbytes + result.nbytes,
    )

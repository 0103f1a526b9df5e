import cv2
import imgmine as im
import numpy as np
import pytest
from scipy import ndimage
from skimage import filters

from ..pictures import picture

DEPTHS = {"int16": cv2.CV_16S, "float32": cv2.CV_32F}


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(ours).max())


def gray(size, dtype="uint8"):
    return cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)


@pytest.mark.targets
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
def bench_sobel_magnitude(race, threads, dtype, size):
    image = gray(size, dtype)

    def twice():
        x, y = (cv2.Sobel(image, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
        return cv2.magnitude(x, y)

    def spatial_gradient():
        x, y = cv2.spatialGradient(image)
        return cv2.magnitude(x.astype(np.float32), y.astype(np.float32))

    peers = {"Sobel twice": twice}
    if dtype == "uint8":
        peers["spatialGradient"] = spatial_gradient
    race(lambda: im.filters.sobel(image), peers, close, moves=image.nbytes + 4 * image.size)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("ksize", [3, 5, 7])
@pytest.mark.parametrize("size", [(1080, 1920)], ids=str)
def bench_sobel_derivative(race, threads, dtype, ksize, size):
    image = gray(size, dtype)
    result = im.filters.sobel(image, 1, ksize=ksize)
    race(
        lambda: im.filters.sobel(image, 1, ksize=ksize),
        {"Sobel": lambda: cv2.Sobel(image, DEPTHS[result.dtype.name], 1, 0, ksize=ksize)},
        close,
        moves=image.nbytes + result.nbytes,
    )


@pytest.mark.parametrize("axis", [0, 1])
def bench_scharr_derivative(race, threads, axis):
    image = gray((1080, 1920))
    race(
        lambda: im.filters.scharr(image, axis),
        {"Scharr": lambda: cv2.Scharr(image, cv2.CV_16S, axis, 1 - axis)},
        close,
        moves=3 * image.nbytes,
    )


@pytest.mark.parametrize("name", ["sobel", "prewitt"])
def bench_slower_peers(race, threads, name):
    """SciPy's derivative and scikit-image's length, brought to our scale, small."""
    image = gray((240, 320), "float32")
    ours, scipy, skimage = (getattr(module, name) for module in (im.filters, ndimage, filters))
    race(lambda: ours(image, 1), {"SciPy": lambda: scipy(image, 1, mode="mirror")}, close)
    scale = np.float32(np.sqrt(2) * (4 if name == "sobel" else 3))
    race(lambda: ours(image, border="reflect"), {"skimage": lambda: scale * skimage(image)}, close)

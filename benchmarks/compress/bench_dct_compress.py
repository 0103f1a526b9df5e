import imgmine as im
import numpy as np
import pytest
from scipy.fft import dctn, idctn

from ..pictures import picture


def compress_with_scipy(image, keep):
    height, width = image.shape
    blocks = image.reshape(height // 8, 8, width // 8, 8).transpose(0, 2, 1, 3)
    coefficients = dctn(blocks.astype(np.float32), axes=(2, 3), norm="ortho")
    magnitudes = np.abs(coefficients)
    n = int(np.ceil(keep * coefficients.size))
    lowest = np.partition(magnitudes, -n, axis=None)[-n]
    coefficients[magnitudes < lowest] = 0
    blocks = idctn(coefficients, axes=(2, 3), norm="ortho")
    result = np.rint(blocks).clip(0, 255).astype(np.uint8)
    return result.transpose(0, 2, 1, 3).reshape(height, width)


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_dct_compress(race, threads, size):
    image = np.ascontiguousarray(picture(*size)[..., 1])

    def agree(ours, theirs):
        assert abs(im.metrics.psnr(ours, image) - im.metrics.psnr(theirs, image)) < 0.05

    race(
        lambda: im.compress.dct_compress(image, 0.05),
        {"SciPy": lambda: compress_with_scipy(image, 0.05)},
        agree,
        moves=2 * image.nbytes,
        turns=5,
    )

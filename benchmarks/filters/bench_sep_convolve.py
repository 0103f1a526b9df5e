import cv2
import imgmine as im
import numpy as np
import pytest

from .bench_convolve import DEPTH, gray, same_within


@pytest.mark.parametrize("n", [3, 7, 15])
@pytest.mark.parametrize("kind", ["real", "whole", "smooth"])
@pytest.mark.parametrize(
    ("dtype", "result"), [("uint8", "uint8"), ("uint8", "float32"), ("float32", "float32")]
)
def bench_sep_convolve(race, threads, dtype, result, kind, n):
    rng = np.random.default_rng(n)
    taps = {
        "real": rng.normal(size=n) / n**0.5,
        "whole": rng.integers(-5, 6, n).astype(np.float64),
        "smooth": cv2.getGaussianKernel(n, 0)[:, 0],
    }[kind]
    image = gray((1080, 1920), dtype)
    reverse = taps[::-1].copy()
    # OpenCV rounds smooth kernels for bytes to 8 bits.
    race(
        lambda: im.filters.sep_convolve(image, taps, taps, dtype=result),
        {"sepFilter2D": lambda: cv2.sepFilter2D(image, DEPTH[result], reverse, reverse)},
        same_within(np.outer(taps, taps), result),
        moves=image.nbytes + image.size * np.dtype(result).itemsize,
    )

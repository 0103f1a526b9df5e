import cv2
import imgmine as im
import numpy as np
import pytest
import scipy.ndimage

from ..pictures import picture

DEPTH = {"uint8": cv2.CV_8U, "float32": cv2.CV_32F}
SIZES = [(1080, 1920), (4096, 4096)]


def gray(size, dtype):
    return cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY).astype(dtype)


def kernel_of(kind, n):
    """Return a kernel of full rank."""
    rng = np.random.default_rng(n)
    if kind == "whole":
        return rng.integers(-9, 10, (n, n)).astype(np.float64)
    return rng.normal(size=(n, n)) / n


def same_within(kernel, dtype):
    atol = 1 if dtype == "uint8" else 1e-5 * 255 * np.abs(kernel).sum()

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(float), theirs, rtol=0, atol=atol)

    return agree


@pytest.mark.targets
@pytest.mark.parametrize("n", [3, 7])
@pytest.mark.parametrize(
    ("dtype", "result"), [("uint8", "uint8"), ("uint8", "float32"), ("float32", "float32")]
)
@pytest.mark.parametrize("size", SIZES, ids=str)
def bench_convolve(race, threads, dtype, result, n, size):
    race_correlation(race, gray(size, dtype), kernel_of("real", n), result)


@pytest.mark.parametrize("n", [3, 5, 7, 15, 31])
@pytest.mark.parametrize("result", ["uint8", "float32"])
def bench_convolve_whole_numbers(race, threads, result, n):
    race_correlation(race, gray((1080, 1920), "uint8"), kernel_of("whole", n), result)


@pytest.mark.parametrize("n", [5, 15, 31])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_convolve_sizes(race, threads, dtype, n):
    race_correlation(race, gray((1080, 1920), dtype), kernel_of("real", n), dtype)


def bench_convolve_rgb(race, threads):
    race_correlation(race, picture(1080, 1920), kernel_of("real", 3), "uint8")


def bench_convolve_small(race, threads):
    """With SciPy, which takes a hundred times as long."""
    image, kernel = gray((120, 160), "float32"), kernel_of("real", 5)
    race(
        lambda: im.filters.convolve(image, kernel),
        {"scipy": lambda: scipy.ndimage.convolve(image, kernel, mode="mirror")},
        same_within(kernel, "float32"),
        moves=2 * image.nbytes,
    )


def race_correlation(race, image, kernel, result):
    race(
        lambda: im.filters.correlate(image, kernel, dtype=result),
        {"filter2D": lambda: cv2.filter2D(image, DEPTH[result], kernel)},
        same_within(kernel, result),
        moves=image.nbytes + image.size * np.dtype(result).itemsize,
    )

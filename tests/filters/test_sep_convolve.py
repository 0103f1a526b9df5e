import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import convolve, sep_convolve

from ..strategies import images, large
from .test_convolve import OPENCV, assert_close, borders, reference, results, rounded

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

KINDS = {
    "small": lambda rng, n: rng.integers(-5, 6, n),
    "two digits": lambda rng, n: rng.integers(-99, 100, n) // rng.integers(1, 99, n),
    "over 4": lambda rng, n: rng.integers(-9, 10, n) / 4,
}
ANY = {
    **KINDS,
    "mean": lambda rng, n: np.full(n, 1 / n),
    "real": lambda rng, n: rng.normal(size=n),
    "large": lambda rng, n: rng.integers(-20000, 20000, n),
}


@st.composite
def taps(draw, kinds=ANY):
    """Draw a one-dimensional kernel."""
    n = draw(st.integers(1, 9) | st.sampled_from([15, 16, 31]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return ANY[draw(st.sampled_from(sorted(kinds)))](rng, n)


@settings(max_examples=15)
@given(images(), taps(), taps(), borders, st.data())
def test_is_the_convolution_with_the_product(image, kx, ky, border, data):
    dtype = data.draw(results) if image.dtype == np.uint8 else "float32"
    actual = sep_convolve(image, kx, ky, border=border, dtype=dtype)
    kernel = np.outer(ky, kx)
    expected = reference(convolve, image, kernel, border)
    assert actual.shape == image.shape
    assert actual.dtype == dtype
    if dtype == "float32":
        assert_close(actual, expected, image, kernel)
    else:
        assert np.abs(actual.astype(int) - rounded(expected, dtype)).max(initial=0) <= 1


@settings(max_examples=15)
@given(images(dtypes=[np.uint8]), taps(KINDS), taps(KINDS), borders, results)
def test_whole_numbers_are_exact(image, kx, ky, border, dtype):
    if np.abs(np.outer(ky, kx)).sum() * 16 >= 65793:
        kx = np.minimum(np.abs(kx), 1)
    if np.abs(np.outer(ky, kx)).sum() * 16 >= 65793:
        ky = np.minimum(np.abs(ky), 1)
    actual = sep_convolve(image, kx, ky, border=border, dtype=dtype)
    expected = reference(convolve, image, np.outer(ky, kx), border)
    exact = expected.astype(np.float32) if dtype == "float32" else rounded(expected, dtype)
    np.testing.assert_array_equal(actual, exact)


@settings(max_examples=15)
@given(images(channels=(None, 1, 3, 4), min_side=1), taps(), taps(), st.data())
def test_follows_opencv_with_kernels_reversed(image, kx, ky, data):
    """For sizes that have a middle."""
    kx, ky = np.float64(kx[: (len(kx) - 1) | 1]), np.float64(ky[: (len(ky) - 1) | 1])
    border = data.draw(st.sampled_from(sorted(OPENCV)))
    floats = image.astype(np.float32)
    peer = cv2.sepFilter2D(
        floats, cv2.CV_32F, kx[::-1].copy(), ky[::-1].copy(), borderType=OPENCV[border]
    ).reshape(image.shape)
    actual = sep_convolve(image, kx, ky, border=border, dtype="float32")
    assert_close(actual, peer, image, np.outer(ky, kx))


@settings(max_examples=15)
@given(images(dtypes=[np.float32], channels=(None, 3), min_side=1), taps(), taps(), borders)
def test_nan_reaches_as_far_as_the_kernels(image, kx, ky, border):
    image = image.copy()
    image[len(image) // 2, 0] = np.nan
    actual = sep_convolve(image, kx, ky, border=border)
    expected = reference(convolve, image, np.outer(ky, kx), border)
    np.testing.assert_array_equal(np.isnan(actual), np.isnan(expected))


def test_kx_runs_along_rows():
    image = large((20, 30))
    for kx, ky, kernel in (([1, 2, 3], [1], [[1, 2, 3]]), ([1], [1, 2], [[1], [2]])):
        np.testing.assert_array_equal(
            sep_convolve(image, kx, ky, dtype="int16"), convolve(image, kernel, dtype="int16")
        )


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
@pytest.mark.parametrize("kind", ["small", "mean", "real"])
def test_threads_share_the_rows(kind, dtype):
    image = large((401, 301))
    rng = np.random.default_rng(5)
    kx, ky = (np.asarray(ANY[kind](rng, n), np.float64) for n in (7, 14))
    kernel = np.outer(ky, kx)
    peer = reference(convolve, image, kernel, "wrap")
    actual = sep_convolve(image, kx, ky, border="wrap", dtype=dtype)
    if dtype == "float32":
        assert_close(actual, peer, image, kernel)
        floats = sep_convolve(image.astype(np.float32), kx, ky, border="wrap")
        assert_close(floats, peer, image, kernel)
    else:
        error = actual.astype(int) - rounded(peer, dtype)
        assert np.abs(error).max() <= (kind != "small")


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_tall_kernels_are_filtered_in_tiles(dtype):
    image = large((7, 900, 3), dtype)
    kx, ky = np.ones(3), np.random.default_rng(6).integers(0, 3, 1000)
    expected = reference(convolve, image, np.outer(ky, kx), "reflect")
    actual = sep_convolve(image, kx, ky, border="reflect", dtype="float32")
    assert_close(actual, expected, image, np.outer(ky, kx))


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty(image.shape, np.int16)
    assert sep_convolve(image, [1, 0, -1], [1, 2, 1], dtype="int16", out=out) is out
    np.testing.assert_array_equal(out, sep_convolve(image, [1, 0, -1], [1, 2, 1], dtype=np.int16))


@pytest.mark.parametrize(
    ("kx", "ky", "error", "message"),
    [
        ([[1]], [1], ValueError, r"^kx must have shape \(n,\), got \(1, 1\)"),
        ([1], [[1]], ValueError, r"^ky must have shape \(n,\), got \(1, 1\)"),
        ([], [1], ValueError, "^kx must have 1 to 65535 taps, got 0"),
        ([1], np.ones(65536), ValueError, "^ky must have 1 to 65535 taps, got 65536"),
        ([np.nan], [1], ValueError, "^kx must hold numbers that float32 holds, got nan"),
        ([1], [np.inf], ValueError, "^ky must hold numbers that float32 holds, got inf"),
        (["a"], [1], TypeError, "^kx must hold numbers"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_what_makes_no_sense(shape, kx, ky, error, message):
    with pytest.raises(error, match=message):
        sep_convolve(np.zeros(shape, np.uint8), kx, ky)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import filters

few = settings(max_examples=4)
BORDERS = ["reflect101", "reflect", "replicate", "wrap", "constant"]
borders = st.sampled_from(BORDERS)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 1), (7, 35), (5, 11, 3), (34, 3, 2)])


def image_of(shape, dtype, seed=0):
    values = np.random.default_rng(seed).integers(0, 256, shape)
    return (values / 3 - 20 if dtype == "float32" else values).astype(dtype)


@few
@given(shapes, borders, st.sampled_from([{"ksize": 3}, {"ksize": 9}, {"sigma": 1.3}, {"sigma": 4}]))
def test_gaussian_blur(gpu, shape, border, size):
    gpu.check(filters.gaussian_blur, image_of(shape, "uint8"), border=border, **size)
    image = image_of(shape, "float32")
    gpu.check(filters.gaussian_blur, image, border=border, atol=1e-4, **size)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_gaussian_blur_of_long_kernels(gpu, dtype):
    """More taps than shared memory takes, images of a batch one by one."""
    image = image_of((9, 12, 2), dtype)
    atol = 1e-3 if dtype == "float32" else 0
    gpu.check(filters.gaussian_blur, image, 14, method="exact", border="wrap", atol=atol)
    gpu.check(filters.gaussian_blur, image_of((36, 21, 2), dtype), ksize=63, atol=atol)
    batch = image_of((3, 5, 6, 1), dtype)
    expected = [filters.gaussian_blur(x, ksize=71) for x in batch]
    actual = gpu.get(filters.gaussian_blur(gpu.put(batch), ksize=71))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=atol)


@few
@given(shapes, borders, st.integers(1, 9), st.integers(1, 12))
def test_box_blur(gpu, shape, border, height, width):
    gpu.check(filters.box_blur, image_of(shape, "uint8"), (height, width), border=border)
    image = image_of(shape, "float32")
    gpu.check(filters.box_blur, image, (height, width), border=border, atol=1e-4)


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("ksize", [3, 5])
def test_median_blur(gpu, dtype, ksize):
    @few
    @given(shapes, borders)
    def run(shape, border):
        gpu.check(filters.median_blur, image_of(shape, dtype), ksize, border=border)

    run()


KERNELS = {
    "mean": np.ones((3, 3)) / 9,
    "edge": np.array([[1, 0, -1]] * 3),
    "even": np.arange(-7, 5).reshape(3, 4),
    "large": np.array([[900, -700, 3], [2, 5000, 1]]),
}


@pytest.mark.parametrize("kernel", KERNELS)
def test_convolve(gpu, kernel):
    @few
    @given(shapes, borders, st.sampled_from(["uint8", "int16", "float32"]))
    def run(shape, border, dtype):
        image, weights = image_of(shape, "uint8"), KERNELS[kernel]
        gpu.check(filters.convolve, image, weights, border=border, dtype=dtype)
        gpu.check(filters.correlate, image, weights, border=border, dtype=dtype)
        atol = 1e-5 * np.abs(weights).sum() * 90
        gpu.check(filters.convolve, image_of(shape, "float32"), weights, border=border, atol=atol)

    run()


def test_convolve_with_weights_beyond_the_tiles(gpu):
    """Sums of 2^24 and more go on in whole numbers, more than 33 columns without a tile."""
    image = image_of((4, 5), "uint8")
    gpu.check(filters.convolve, image, [[70000, -3, 80000]], dtype="float32")
    gpu.check(filters.convolve, image, np.arange(34)[None] % 5, dtype="int16")


@pytest.mark.parametrize("shape", [(97, 34), (3, 4, 6)])
def test_several_tiles_and_groups_of_channels(gpu, shape):
    image = image_of(shape, "uint8")
    gpu.check(filters.gaussian_blur, image, ksize=3, border="constant")
    gpu.check(filters.median_blur, image, 3)
    gpu.check(filters.prewitt, image)
    gpu.check(filters.convolve, image, [[1, 2], [3, -4]], border="wrap")


@few
@given(shapes, borders)
def test_convolve_with_any_weights(gpu, shape, border):
    weights = np.random.default_rng(5).normal(size=(4, 3))
    gpu.check(filters.convolve, image_of(shape, "uint8"), weights, border=border, atol=1)


@few
@given(shapes, borders, st.sampled_from(["uint8", "int16", "float32"]))
def test_sep_convolve(gpu, shape, border, dtype):
    image = image_of(shape, "uint8")
    for kx, ky in (([1, 2, 1], [-1, 0, 1]), ([1 / 5] * 5, [0.5, 0.25]), ([3], [1, 1, 1, 1])):
        gpu.check(filters.sep_convolve, image, kx, ky, border=border, dtype=dtype)
    taps = [0.3, 0.123, 0.7]
    gpu.check(filters.sep_convolve, image, taps, taps, border=border, dtype="float32", atol=1e-3)
    floats = image_of(shape, "float32")
    gpu.check(filters.sep_convolve, floats, taps, [1, 2], border=border, atol=1e-3)


@pytest.mark.parametrize("function", [filters.sobel, filters.scharr, filters.prewitt])
def test_gradient(gpu, function):
    @few
    @given(shapes, borders)
    def run(shape, border):
        image = image_of(shape, "uint8")
        for options in ({"axis": 0}, {"axis": 1, "dtype": "float32"}, {}, {"dtype": "uint8"}):
            gpu.check(function, image, border=border, **options)
        for axis in (0, 1, None):
            gpu.check(function, image_of(shape, "float32"), axis, border=border, atol=3e-3)

    run()


@few
@given(shapes, borders, st.sampled_from([5, 7]))
def test_sobel_of_more_taps(gpu, shape, border, ksize):
    image = image_of(shape, "uint8")
    gpu.check(filters.sobel, image, 0, ksize=ksize, border=border)
    gpu.check(filters.sobel, image, ksize=ksize, dtype="uint8", border=border)
    gpu.check(filters.sobel, image, ksize=ksize, border=border, rtol=4e-7)


def test_errors_are_the_cores(gpu):
    image = gpu.put(image_of((4, 5), "uint8"))
    with pytest.raises(ValueError, match="border must be 'reflect101'"):
        filters.gaussian_blur(image, 1, border="mirror")
    with pytest.raises(ValueError, match="sigma must be finite and positive"):
        filters.gaussian_blur(image, -1)
    with pytest.raises(ValueError, match="ksize must be odd"):
        filters.median_blur(image, 4)
    with pytest.raises(ValueError, match="ksize must be 3, 5 or 7"):
        filters.sobel(image, ksize=9)
    with pytest.raises(TypeError, match="dtype must be"):
        filters.convolve(image, [[1]], dtype="int32")


def test_rows_too_long_for_many_taps(gpu, monkeypatch):
    from imgmine.cuda import _long_taps

    monkeypatch.setattr(_long_taps, "LONGEST", 8)
    image = gpu.put(image_of((3, 8), "float32"))
    with pytest.raises(ValueError, match="rows and columns must have fewer than 8 values"):
        filters.gaussian_blur(image, ksize=63)


def test_out_and_empty(gpu):
    image = gpu.put(image_of((4, 5, 3), "uint8"))
    out = gpu.put(np.zeros((4, 5, 3), np.int16))
    assert filters.sobel(image, 0, out=out) is out
    expected = filters.sobel(gpu.get(image), 0)
    np.testing.assert_array_equal(gpu.get(out), expected)
    for function in (filters.sobel, filters.median_blur):
        argument = () if function is filters.sobel else (3,)
        gpu.check(function, np.zeros((0, 4), np.uint8), *argument)
    gpu.check(filters.gaussian_blur, np.zeros((3, 0), np.float32), 2)
    gpu.check(filters.convolve, np.zeros((3, 0), np.uint8), [[1, 2]])


@pytest.mark.parametrize(("shape", "border"), [((67, 37), "constant"), ((9, 44, 3), "wrap")])
def test_blurs_of_words(gpu, shape, border):
    """Rows at any byte, several tiles, and inside of them words that are read at once."""
    image = image_of(shape, "uint8")
    gpu.check(filters.gaussian_blur, image, ksize=5, border=border)
    gpu.check(filters.box_blur, image, (2, 7), border=border)


def test_blurs_of_words_of_batches(gpu):
    batch = image_of((2, 3, 5, 3), "uint8")
    actual = gpu.get(filters.gaussian_blur(gpu.put(batch), 1))
    np.testing.assert_array_equal(actual, [filters.gaussian_blur(x, 1) for x in batch])
    gpu.check(filters.box_blur, np.full((3, 2), 255, np.uint8), 61)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from imgmine import color

few = settings(max_examples=4)
sides = st.tuples(st.integers(1, 9), st.integers(1, 40))


def images(dtype, channels=3):
    values = st.integers(0, 255) if dtype == "uint8" else st.floats(0, 255, width=32)
    shapes = sides.map(lambda size: (*size, channels))
    return shapes.flatmap(lambda shape: hnp.arrays(dtype, shape, elements=values))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_rgb2gray(gpu, dtype, channels):
    @few
    @given(images(dtype, channels))
    def run(image):
        gpu.check(color.rgb2gray, image)

    run()


def test_rgb2gray_rounds_halves_up(gpu):
    rgb = np.stack(np.mgrid[:256, :256, :256:16], -1).reshape(-1, 3)
    ties = rgb[(rgb @ [9798, 19235, 3735]) % 32768 == 16384]
    assert len(ties) > 5
    gpu.check(color.rgb2gray, ties[None].astype(np.uint8))


@pytest.mark.parametrize("function", [color.rgb2hsv, color.hsv2rgb, color.rgb2lab, color.lab2rgb])
def test_bytes_are_bit_equal(gpu, function):
    @few
    @given(images("uint8"))
    def run(image):
        gpu.check(function, image)

    run()
    rng = np.random.default_rng(0)
    gpu.check(function, rng.integers(0, 256, (20, 50, 3), np.uint8))
    ramp = np.arange(256, dtype=np.uint8)
    gpu.check(function, np.stack([ramp, ramp[::-1], ramp // 2], -1)[None])


def test_hsv_of_floats(gpu):
    rng = np.random.default_rng(1)
    image = rng.uniform(-20, 300, (8, 30, 3)).astype(np.float32)
    image[0] = 7
    hsv = gpu.check(color.rgb2hsv, image)
    gpu.check(color.hsv2rgb, hsv)
    hsv[..., 0] += np.float32(720)
    gpu.check(color.hsv2rgb, hsv)


def test_lab_of_floats(gpu):
    rng = np.random.default_rng(2)
    image = rng.uniform(-20, 300, (8, 30, 3)).astype(np.float32)
    image[0] /= 100
    lab = gpu.check(color.rgb2lab, image, atol=2e-3)
    gpu.check(color.lab2rgb, lab, atol=1e-2)


def test_batches(gpu):
    """Images of shape (N, H, W, C) give what each gives alone."""
    batch = np.random.default_rng(3).integers(0, 256, (3, 4, 5, 3), np.uint8)
    for function in (color.rgb2gray, color.rgb2hsv, color.rgb2lab):
        actual = gpu.get(function(gpu.put(batch)))
        np.testing.assert_array_equal(actual, [function(image) for image in batch])


def test_other_layouts_and_out(gpu):
    image = np.random.default_rng(4).integers(0, 256, (6, 10, 4), np.uint8)
    there = gpu.put(image)
    expected = color.rgb2hsv(image[::2, 1::3, :3])
    np.testing.assert_array_equal(gpu.get(color.rgb2hsv(there[::2, 1::3, :3])), expected)
    out = gpu.put(np.zeros_like(expected))
    assert color.rgb2hsv(there[::2, 1::3, :3], out=out) is out
    np.testing.assert_array_equal(gpu.get(out), expected)


@pytest.mark.parametrize("first", [1, 2, 3])
def test_arrays_that_begin_anywhere(gpu, first):
    """Where words cannot be read or written, as the first byte is at no multiple of 4."""
    batch = np.random.default_rng(5).integers(0, 256, (5, 1, 7, 3), np.uint8)
    there, alone = gpu.put(batch), batch[first:]
    for function in (color.rgb2gray, color.rgb2hsv, color.hsv2rgb, color.rgb2lab, color.lab2rgb):
        actual = gpu.get(function(there[first:]))
        np.testing.assert_array_equal(actual, [function(image) for image in alone])


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 3)])
def test_empty(gpu, shape):
    gpu.check(color.rgb2gray, np.zeros(shape, np.uint8))
    gpu.check(color.rgb2lab, np.zeros(shape, np.float32))

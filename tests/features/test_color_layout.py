import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import ColorLayout, color_layout
from scipy.fft import dctn

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def zigzag():
    """Along diagonals, to and fro."""
    places = [(y, x) for y in range(8) for x in range(8)]
    return sorted(places, key=lambda p: (sum(p), p[0] if sum(p) % 2 else p[1]))


def levels(v, starts, steps, first):
    """Return the level of `v` where from each of `starts` on levels are `steps` wide."""
    for start, step, level in zip(starts[::-1], steps[::-1], first[::-1], strict=True):
        if v > start:
            return level + (v - start) // step
    return first[0]


def reference(image, n_luma, n_chroma):
    height, width = (extent // 8 for extent in image.shape[:2])
    means = image.reshape(8, height, 8, width, 3).astype(np.float64).mean((1, 3))
    r, g, b = np.moveaxis(np.floor(means + 0.5), -1, 0)
    luma = (0.299 * r + 0.587 * g + 0.114 * b) / 256
    planes = [
        219 * luma + 16.5,
        224 * 0.564 * (b / 256 - luma) + 128.5,
        224 * 0.713 * (r / 256 - luma) + 128.5,
    ]
    result = []
    for c, plane in enumerate(planes):
        found = dctn(np.floor(plane + 1e-9), norm="ortho")
        mean = int(found[0, 0] + 0.5) // 8
        if c == 0:
            result.append(
                levels(mean, [-1, 64, 96, 160, 192], [4, 2, 1, 2, 4], [0, 16, 32, 96, 112]) // 2
            )
            if mean <= 64:
                result[-1] = mean // 4 // 2
        else:
            starts, steps = [64, 96, 112, 144, 160, 191], [4, 2, 1, 2, 4, 999]
            result.append(levels(mean, starts, steps, [0, 8, 16, 48, 56, 63]))
        for y, x in zigzag()[1 : n_chroma if c else n_luma]:
            v = int(np.floor(found[y, x] + 0.5))
            v = int(np.clip(v if c else v >> 1, -256, 239))
            size = abs(v)
            size = 64 + size // 4 if size > 127 else 32 + size // 2 if size > 63 else size
            result.append((132 + int(np.sign(v)) * size) // 8)
    return np.array(result)


@given(images(dtypes=[np.uint8], channels=(3,), min_side=1), st.integers(1, 64), st.integers(1, 64))
def test_matches_reference(image, n_luma, n_chroma):
    """Of images whose cells are whole pixels; a transform on the edge of rounding may differ."""
    image = np.ascontiguousarray(np.resize(image, (8, 16, 3)))
    actual = color_layout(image, n_luma, n_chroma)
    assert actual.dtype == np.float32
    difference = actual - reference(image, n_luma, n_chroma)
    assert np.abs(difference).max() <= 1
    assert (difference != 0).mean() < 0.05


def test_large_random_image():
    image = large((800, 1200, 3))
    image[:300] //= 3
    np.testing.assert_array_equal(color_layout(image, 64, 64), reference(image, 64, 64))


def test_cells_need_not_be_whole_pixels():
    """A slope, seen at another size, has the same layout but for rounding."""
    slope = np.linspace(0, 255, 777)[:, None, None] * np.linspace(0.2, 1, 531)[None, :, None]
    image = (slope * [1, 0.7, 0.4]).astype(np.uint8)
    same = cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(color_layout(image, 20, 10) - color_layout(same, 20, 10)).max() <= 1


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 0, 255)])
def test_one_color_has_no_frequencies(color):
    layout = color_layout(np.full((50, 70, 3), color, np.uint8), 64, 64)
    is_frequency = np.arange(192) % 64 > 0
    np.testing.assert_array_equal(layout[is_frequency], 16)


@pytest.mark.parametrize("seed", range(3))
def test_coefficients_have_few_bits(seed):
    image = np.random.default_rng(seed).integers(0, 2, (8, 8, 3), np.uint8) * 255
    layout = color_layout(image, 64, 64)
    assert layout.min() >= 0
    assert layout.max() <= 63
    assert np.delete(layout, [0, 64, 128]).max() <= 31


def test_the_descriptor_is_the_function():
    image = large((30, 40, 3))
    descriptor = ColorLayout(10, np.int32(4))
    np.testing.assert_array_equal(descriptor(image), color_layout(image, 10, 4))
    assert descriptor.size(3) == 18


@pytest.mark.parametrize("arguments", [(0, 3), (65, 3), (6, 0), (6, -1), (-3, 3)])
def test_refuses_values_out_of_range(arguments):
    with pytest.raises(ValueError, match=r"^coefficients must be between 1 and 64, got"):
        color_layout(np.zeros((0, 4, 3), np.uint8), *arguments)
    with pytest.raises(ValueError, match=r"^coefficients must be between 1 and 64, got"):
        ColorLayout(*arguments)

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.geometry import resize

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

sides = st.sampled_from([1, 2, 3, 7, 16, 33, 64]) | st.integers(1, 40)
sizes = st.tuples(sides, sides)
methods = st.sampled_from(["area", "linear"])


def coverage(old, new):
    """Weights (new, old) of the old pixels that each new one covers; a new one weighs `old`."""
    begin = np.arange(new)[:, np.newaxis] * old
    left = np.arange(old)[np.newaxis] * new
    return np.maximum(0, np.minimum(begin + old, left + new) - np.maximum(begin, left))


def between(old, new):
    """Weights (new, old) of the two old pixels whose centers each new center lies between."""
    at = (np.arange(new) + 0.5) * old / new - 0.5
    left = np.floor(at).astype(int)
    weights = np.zeros((new, old))
    for pixel, share in ((left, 1 - (at - left)), (left + 1, at - left)):
        np.add.at(weights, (np.arange(new), np.clip(pixel, 0, old - 1)), share)
    return weights


def resample(image, size, weights_of):
    """Weigh rows, then columns; exact for whole numbers, whose sums stay below 2^53."""
    rows, columns = (
        weights_of(old, new).astype(np.float64) for old, new in zip(image.shape, size, strict=False)
    )
    return np.einsum("yh,hw...,xw->yx...", rows, image.astype(np.float64), columns, optimize=True)


def reference(image, size, method):
    """Follow the definition: for the area of uint8 in whole numbers, rounded half up once."""
    if method == "linear":
        return resample(image, size, between)
    area = image.shape[0] * image.shape[1]
    totals = resample(image, size, coverage)
    if image.dtype == np.uint8:
        return (2 * totals.astype(np.int64) + area) // (2 * area)
    return totals / area


@given(images(min_side=1), sizes, methods)
def test_matches_reference(image, size, method):
    actual = resize(image, size, method)
    expected = reference(image, size, method)
    assert actual.dtype == image.dtype
    assert actual.shape == size + image.shape[2:]
    if image.dtype == np.float32:
        np.testing.assert_allclose(actual, expected, rtol=0, atol=3e-6 * np.abs(image).max())
    elif method == "area":
        np.testing.assert_array_equal(actual, expected)
    else:
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1)


@given(images(channels=(None, 1, 3, 4), min_side=1), sizes)
def test_linear_follows_opencv(image, size):
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_LINEAR)
    actual = resize(image, size, "linear")
    atol = 1 if image.dtype == np.uint8 else 1e-5 * np.abs(image).max()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape).astype(float), rtol=0, atol=atol)


@given(images(channels=(None, 1, 3, 4), min_side=1), st.data())
def test_shrinking_area_follows_opencv(image, data):
    size = tuple(data.draw(st.integers(1, extent)) for extent in image.shape[:2])
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_AREA)
    actual = resize(image, size)
    atol = 1 if image.dtype == np.uint8 else 1e-5 * np.abs(image).max()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape).astype(float), rtol=0, atol=atol)


@given(images(), methods)
def test_same_size_is_the_same_image(image, method):
    np.testing.assert_array_equal(resize(image, image.shape[:2], method), image)


@given(images(min_side=1), st.integers(1, 4), st.integers(1, 4))
def test_area_undoes_whole_enlargement(image, down, across):
    """Each pixel repeated and averaged again; float sums of equal values may round."""
    enlarged = resize(image, (image.shape[0] * down, image.shape[1] * across))
    np.testing.assert_array_equal(enlarged, image.repeat(down, 0).repeat(across, 1))
    restored = resize(enlarged, image.shape[:2])
    rtol = 0 if image.dtype == np.uint8 else 1e-6
    np.testing.assert_allclose(restored, image, rtol=rtol, atol=0)


@given(images(dtypes=[np.uint8], min_side=1), sizes, st.sampled_from([0, 1]))
def test_area_flips_with_the_image(image, size, axis):
    flipped = resize(np.flip(image, axis), size)
    np.testing.assert_array_equal(flipped, np.flip(resize(image, size), axis))


@given(st.integers(0, 255), sizes, sizes, methods)
def test_flat_stays_flat(value, old, new, method):
    assert (resize(np.full(old, value, np.uint8), new, method) == value).all()


@pytest.mark.parametrize("shape", [(5000, 3), (3, 5000), (2003, 1999), (1, 70001, 3)])
@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 1)])
def test_many_pixels_become_few(shape, size):
    image = large(shape)
    np.testing.assert_array_equal(resize(image, size), reference(image, size, "area"))
    as_float = image.astype(np.float32)
    expected = reference(as_float, size, "area")
    np.testing.assert_allclose(resize(as_float, size), expected, rtol=1e-4)


def test_means_are_rounded_half_up():
    """Means that lie exactly between two values, and the nearest ones below."""
    for total in range(0, 4 * 255, 7):
        values = [total // 4 + (i < total % 4) for i in range(4)]
        mean = resize(np.array([values], np.uint8), (1, 1))[0, 0]
        assert mean == int(Fraction(total, 4) + Fraction(1, 2))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("method", ["area", "linear"])
@pytest.mark.parametrize("size", [(301, 401), (901, 1201)])
def test_threads_share_the_rows(dtype, method, size):
    image = large((600, 800), dtype)
    expected = reference(image, size, method)
    atol = 1e-3 if dtype == np.float32 else 1 if method == "linear" else 0
    np.testing.assert_allclose(resize(image, size, method), expected, rtol=0, atol=atol)


@given(images(), methods, st.sampled_from([(0, 0), (0, 5), (5, 0), (0, 2**23)]))
def test_empty_results(image, method, size):
    assert resize(image, size, method).shape == size + image.shape[2:]


@given(images(dtypes=[np.float32], channels=(None, 2), min_side=1), sizes, st.data())
def test_nan_stays_where_it_is(image, size, data):
    """A new pixel is NaN exactly where it covers a NaN."""
    image = image.copy()
    image[data.draw(st.integers(0, len(image) - 1)), 0] = np.nan
    np.testing.assert_array_equal(
        np.isnan(resize(image, size)),
        resample(np.isnan(image), size, coverage) > 0,
    )


@pytest.mark.parametrize(
    ("shape", "size", "method", "message"),
    [
        ((4, 4), (2, 2), "cubist", "^method must be 'area' or 'linear', got 'cubist'"),
        ((4, 4), (-1, 2), "area", "^size must not be negative"),
        ((4, 4), (2**23 + 1, 0), "area", "must be at most 8388608"),
        ((4, 4), (2, 2**40), "area", "^size must be"),
        ((4, 4), (2,), "area", r"^size must be \(height, width\)"),
        ((4, 4), (2, 2, 3), "area", r"^size must be \(height, width\)"),
        ((0, 4), (2, 2), "area", "^image must not be empty"),
        ((4, 0), (2, 2), "linear", "^image must not be empty"),
    ],
)
def test_refuses_values_out_of_range(shape, size, method, message):
    with pytest.raises(ValueError, match=message):
        resize(np.zeros(shape, np.uint8), size, method)

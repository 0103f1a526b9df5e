from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import Histogram, histogram

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

NORMS = ["l1", "l2", "hellinger", None]

# Few bins are counted by comparing, many by a table.
bins = st.sampled_from([1, 2, 3, 8, 16, 17, 18, 32, 255, 256, 300]) | st.integers(1, 70)
ranges = st.sampled_from([(0, 256), (0, 255), (10, 20), (-100, 300), (0, 1), (255, 256)]) | (
    st.tuples(st.integers(-50, 200), st.integers(1, 300)).map(lambda r: (r[0], r[0] + r[1]))
)


def counts_of(channel, n_bins, low, high):
    """Count one value after the other, in exact fractions."""
    counts = np.zeros(n_bins, np.int64)
    for value, times in zip(*np.unique(channel, return_counts=True), strict=True):
        if low <= value < high:
            share = Fraction(float(value)) - Fraction(low)
            counts[int(share * n_bins / (Fraction(high) - Fraction(low)))] += times
    return counts


def channels_of(image):
    return [image] if image.ndim == 2 else np.moveaxis(image, -1, 0)


def normalized(counts, normalize):
    counts = counts.astype(np.float64)
    if normalize is None or not counts.any():
        return counts
    if normalize == "l2":
        return counts / np.linalg.norm(counts)
    shares = counts / counts.sum()
    return np.sqrt(shares) if normalize == "hellinger" else shares


def reference(image, n_bins, value_range, normalize):
    counts = [counts_of(channel, n_bins, *value_range) for channel in channels_of(image)]
    return normalized(np.concatenate(counts), normalize)


@given(images(dtypes=[np.uint8]), bins, ranges, st.sampled_from(NORMS))
def test_uint8_matches_reference(image, n_bins, value_range, normalize):
    actual = histogram(image, n_bins, range=value_range, normalize=normalize)
    expected = reference(image, n_bins, value_range, normalize)
    assert actual.dtype == np.float32
    assert actual.shape == expected.shape
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


@given(images(dtypes=[np.float32]), bins, st.sampled_from(NORMS), st.data())
def test_float_matches_reference(image, n_bins, normalize, data):
    """Away from the bins' borders: there, rounding in double decides."""
    low = data.draw(st.sampled_from([0, -200.5, 0.1, -1e6]))
    value_range = (low, low + data.draw(st.sampled_from([1, 0.3, 300, 2e6])))
    share = (image.astype(np.float64) - low) / (value_range[1] - low) * n_bins
    image = np.where(np.abs(share - np.rint(share)) < 1e-9, np.float32(np.nan), image)
    actual = histogram(image, n_bins, range=value_range, normalize=normalize)
    expected = reference(image, n_bins, value_range, normalize)
    np.testing.assert_array_equal(actual, expected.astype(np.float32))


@given(images(dtypes=[np.uint8]), bins)
def test_same_values_same_counts_in_both_dtypes(image, n_bins):
    counts = histogram(image, n_bins, normalize=None)
    as_float = histogram(image.astype(np.float32), n_bins, normalize=None)
    np.testing.assert_array_equal(counts, as_float)


@given(images(dtypes=[np.uint8], channels=(None, 3), min_side=1), st.integers(1, 256))
def test_matches_opencv_and_numpy(image, n_bins):
    counts = histogram(image, n_bins, normalize=None)
    for channel, ours in zip(channels_of(image), np.split(counts, len(counts) // n_bins), strict=1):
        peer = cv2.calcHist([channel.copy()], [0], None, [n_bins], [0, 256])
        np.testing.assert_array_equal(ours, peer.ravel())
        np.testing.assert_array_equal(ours, np.histogram(channel, n_bins, (0, 256))[0])


def test_every_value_finds_its_bin():
    values = np.arange(256, dtype=np.uint8)[np.newaxis]
    for n_bins in range(1, 258):
        expected = np.bincount(values[0].astype(int) * n_bins // 256, minlength=n_bins)
        np.testing.assert_array_equal(histogram(values, n_bins, normalize=None), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("n_bins", [8, 100])
@pytest.mark.parametrize("shape", [(2000, 1001), (700, 501, 3)])
def test_threads_share_the_rows(dtype, n_bins, shape):
    image = large(shape, dtype)
    actual = histogram(image, n_bins, range=(0, 250), normalize=None)
    expected = [
        np.histogram(channel[channel < 250], n_bins, (0, 250))[0] for channel in channels_of(image)
    ]
    np.testing.assert_array_equal(actual, np.concatenate(expected))


def test_few_unlike_values():
    """Counts of bytes wrap around many times; some rows are smooth."""
    image = np.random.default_rng(0).choice(np.array([3, 80, 200], np.uint8), (700, 901))
    image[100:300] = np.arange(901) // 40
    image[150:200, 300:] = 9
    expected = np.bincount(image.ravel(), minlength=256)
    np.testing.assert_array_equal(histogram(image, 256, normalize=None), expected)


def test_nan_and_infinity_are_left_out():
    image = np.array([[np.nan, np.inf, -np.inf, 0, 255.99998, 256, -1e-30, 1e30]], np.float32)
    np.testing.assert_array_equal(histogram(image, 2, normalize=None), [1, 1])


def test_the_upper_end_is_left_out():
    values = np.array([[0, 9, 10, 11]], np.uint8)
    np.testing.assert_array_equal(histogram(values, 1, range=(0, 10), normalize=None), [2])
    np.testing.assert_array_equal(histogram(values, 1, range=(9, 11), normalize=None), [2])


@pytest.mark.parametrize("normalize", NORMS)
@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3, 2), (3, 3)])
def test_nothing_counted_gives_zeros(normalize, shape):
    actual = histogram(np.zeros(shape, np.uint8), 4, range=(10, 20), normalize=normalize)
    np.testing.assert_array_equal(actual, np.zeros(4 * (shape[2] if len(shape) == 3 else 1)))


@given(images(), bins, ranges, st.sampled_from(NORMS))
def test_the_descriptor_is_the_function(image, n_bins, value_range, normalize):
    descriptor = Histogram(n_bins, value_range, normalize)
    expected = histogram(image, n_bins, range=value_range, normalize=normalize)
    np.testing.assert_array_equal(descriptor(image), expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bins": 0}, "^bins must be between 1 and 65536, got 0"),
        ({"bins": 65537}, "^bins must be between 1 and 65536, got 65537"),
        ({"bins": -1}, "^bins must be"),
        ({"bins": 2**40}, "^bins must be"),
        ({"range": (5, 5)}, "^range must be two finite numbers"),
        ({"range": (6, 5)}, "^range must be two finite numbers"),
        ({"range": (0, np.inf)}, "^range must be two finite numbers"),
        ({"range": (np.nan, 1)}, "^range must be two finite numbers"),
        ({"range": (-1.7e308, 1.7e308)}, "^range must be two finite numbers"),
        ({"range": (0, 10**400)}, "^range must be"),
        ({"range": (0, 1, 2)}, r"^range must be \(low, high\)"),
        ({"range": 256}, r"^range must be \(low, high\)"),
        ({"normalize": "max"}, "^normalize must be 'l1', 'l2', 'hellinger' or None, got 'max'"),
        ({"normalize": "none"}, "^normalize must be 'l1', 'l2', 'hellinger' or None, got 'none'"),
    ],
)
def test_refuses_values_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        histogram(np.zeros((4, 4), np.uint8), **arguments)
    with pytest.raises(ValueError, match=message):
        histogram(np.zeros((0, 4), np.float32), **arguments)


def test_the_shortest_range():
    """A range need not hold two numbers to have a first one."""
    image = np.array([[0, 1]], np.float32)
    np.testing.assert_array_equal(histogram(image, 3, range=(0, 5e-324), normalize=None), [1, 0, 0])

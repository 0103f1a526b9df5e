import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import (
    HuMoments,
    central_moments,
    hu_moments,
    moments,
    normalized_moments,
)
from skimage import measure

from ..strategies import LAYOUTS, images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

THIRD = np.add.outer(np.arange(4), np.arange(4)) <= 3  # what the peers compute
SIGNS = [1, 1, 1, 1, 1, 1, -1]
planes = images(channels=(None,))
bytes_ = images(dtypes=[np.uint8], channels=(None,))


def exact(image):
    """Sum up in whole numbers of any length."""
    y, x = (axis.astype(object) for axis in np.mgrid[: image.shape[0], : image.shape[1]])
    values = image.astype(object)
    return np.array([[float((y**p * x**q * values).sum()) for q in range(4)] for p in range(4)])


def about(image, y0, x0):
    y, x = (axis.astype(np.longdouble) for axis in np.mgrid[: image.shape[0], : image.shape[1]])
    values = image.astype(np.longdouble)
    return np.array(
        [[((y - y0) ** p * (x - x0) ** q * values).sum() for q in range(4)] for p in range(4)]
    )


def centroid(image):
    raw = about(image, 0, 0)
    return (raw[1, 0] / raw[0, 0], raw[0, 1] / raw[0, 0]) if raw[0, 0] else (0, 0)


@given(bytes_)
def test_bytes_are_exact(image):
    np.testing.assert_array_equal(moments(image), exact(image))


@pytest.mark.parametrize("shape", [(3, 4095), (2, 4097), (5, 9000), (3000, 5), (1, 1025)])
def test_long_rows_are_exact(shape):
    image = large(shape)
    np.testing.assert_array_equal(moments(image), exact(image))
    np.testing.assert_array_equal(
        moments(np.full(shape, 255, np.uint8)), exact(np.full(shape, 255))
    )


@given(images(dtypes=[np.float32], channels=(None,)))
def test_floats(image):
    expected = about(image, 0, 0).astype(np.float64)
    scale = about(np.abs(image), 0, 0).astype(np.float64)
    assert (np.abs(moments(image) - expected) <= 1e-12 * scale).all()


@given(bytes_)
def test_central(image):
    expected = about(image, *centroid(image)).astype(np.float64)
    actual = central_moments(image)
    scale = about(image, *centroid(image))[0, 0] * 50.0 ** np.add.outer(range(4), range(4))
    assert (np.abs(actual - expected) <= 1e-13 * scale.astype(np.float64) + 1e-300).all()
    assert actual[0, 1] == actual[1, 0] == 0


@given(planes, st.floats(-50, 50), st.floats(-50, 50))
def test_central_about_a_point(image, y, x):
    expected = about(image, y, x).astype(np.float64)
    scale = about(np.abs(image), -60, -60).astype(np.float64)
    assert (np.abs(central_moments(image, (y, x)) - expected) <= 1e-12 * scale).all()


@given(images(dtypes=[np.uint8], channels=(None,), min_side=2))
def test_match_scikit_image_and_opencv(image):
    if not image.any():
        return
    values = image.astype(np.float64)
    np.testing.assert_allclose(moments(image), measure.moments(values), rtol=1e-12)
    central = measure.moments_central(values)
    scale = image.sum(dtype=float) * 50.0 ** np.add.outer(range(4), range(4))
    assert (np.abs(central_moments(image) - central)[THIRD] <= (1e-11 * scale)[THIRD]).all()
    normalized = measure.moments_normalized(central)
    upper = THIRD & (np.add.outer(range(4), range(4)) > 1)
    np.testing.assert_allclose(normalized_moments(image)[upper], normalized[upper], atol=1e-9)
    np.testing.assert_allclose(hu_moments(image), measure.moments_hu(normalized), atol=1e-9)
    peer = cv2.moments(image.copy())
    np.testing.assert_allclose(hu_moments(image), cv2.HuMoments(peer).ravel() * SIGNS, atol=1e-9)


@given(st.integers(0, 10**6))
def test_hu_of_masks_matches_scikit_image_and_opencv(seed):
    """OpenCV's seventh has the other sign."""
    rng = np.random.default_rng(seed)
    mask = np.repeat(np.repeat(rng.random((4, 5)) < 0.6, 7, 0), 9, 1)
    if not mask.any():
        return
    actual = hu_moments(mask)
    central = measure.moments_central(mask.astype(np.float64))
    expected = measure.moments_hu(measure.moments_normalized(central))
    np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-14)
    peer = cv2.HuMoments(cv2.moments(mask.astype(np.uint8), True)).ravel()
    np.testing.assert_allclose(actual * SIGNS, peer, rtol=1e-7, atol=1e-14)


def test_small_things_far_away_lose_nothing():
    image = np.zeros((2000, 3000), np.uint8)
    image[1900:1903, 2900:2905] = [[1, 5, 9, 7, 2]]
    np.testing.assert_array_equal(
        central_moments(image), central_moments(image[1900:1903, 2900:2905])
    )


@given(planes, st.data())
def test_masks_zero_the_rest(image, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    mask = LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))](rng.random(image.shape) < 0.4)
    alone = np.where(mask, image, 0).astype(image.dtype)
    for function in (moments, central_moments, normalized_moments, hu_moments):
        np.testing.assert_array_equal(function(image, mask=mask), function(alone))


@given(bytes_, st.data())
def test_labels_are_masks(image, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    labels = rng.integers(0, 5, image.shape).astype(np.int32)
    labels = np.repeat(labels, 50, 1)[:, : image.shape[1]] if data.draw(st.booleans()) else labels
    labels = LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))](labels)
    n = max(labels.max(initial=0), 0)
    for function in (moments, central_moments, normalized_moments, hu_moments):
        rows = function(image, labels=labels)
        assert len(rows) == n
        for i in range(n):
            np.testing.assert_array_equal(rows[i], function(image, mask=labels == i + 1))


def test_bool_counts_as_ones():
    mask = large((50, 60)) > 100
    np.testing.assert_array_equal(moments(mask), moments(mask.astype(np.uint8)))


@pytest.mark.parametrize("order", range(4))
def test_orders(order):
    image = large((9, 9))
    for function in (moments, central_moments, normalized_moments):
        np.testing.assert_array_equal(
            function(image, order=order), function(image)[: order + 1, : order + 1]
        )


@pytest.mark.parametrize("turn", range(1, 4))
def test_hu_sees_no_turn_shift_or_scale(turn):
    shape = np.zeros((40, 40), bool)
    shape[5:10, 5:30] = shape[10:25, 5:12] = True
    turned = np.roll(np.rot90(shape, turn), 3, 0)
    np.testing.assert_allclose(hu_moments(turned), hu_moments(shape), rtol=1e-9)
    twice = np.repeat(np.repeat(shape, 2, 0), 2, 1)
    np.testing.assert_allclose(hu_moments(twice), hu_moments(shape), rtol=0.05, atol=1e-4)


def test_log():
    image = large((30, 50))
    h = hu_moments(image / np.float32(255))
    expected = np.sign(h) * np.log10(1 + 1e10 * np.abs(h))
    np.testing.assert_allclose(hu_moments(image, log=True), expected, rtol=1e-6)
    assert not hu_moments(np.zeros((4, 4), bool), log=True).any()
    np.testing.assert_array_equal(
        HuMoments()(image), hu_moments(image, log=True).astype(np.float32)
    )


def test_nan_and_negative_sums():
    image = np.float32([[1, np.nan], [2, 3]])
    assert np.isnan(moments(image)).all()
    np.testing.assert_array_equal(normalized_moments(image), 0)
    np.testing.assert_array_equal(hu_moments(-np.ones((3, 3), np.float32)), 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda a: moments(a, 4), ValueError, "^order must be between 0 and 3, got 4"),
        (lambda a: moments(a[..., None]), ValueError, r"^image must have shape \(H, W\)"),
        (lambda a: moments(a, mask=a), TypeError, "^mask must be bool"),
        (lambda a: moments(a, mask=a[:1] > 0), ValueError, "^mask must have shape"),
        (lambda a: moments(a, labels=a), TypeError, "^labels must be int32"),
        (lambda a: moments(a, mask=a > 0, labels=a.astype(np.int32)), ValueError, "not both"),
        (lambda a: moments(a, labels=a.astype(np.int32) + 2**30), ValueError, "^labels must be at"),
        (lambda a: moments(a.astype(np.float32), labels=a.astype(np.int32)), TypeError, "^image"),
        (lambda a: central_moments(a, (1,)), ValueError, r"^center must be \(row, column\)"),
        (lambda a: central_moments(a, (1, np.inf)), ValueError, "^center must be finite"),
        (lambda a: central_moments(a, (1, 1e12)), ValueError, "^center must be two numbers below"),
        (lambda a: hu_moments(a, log=1), TypeError, "^log must be True or False"),
    ],
)
def test_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call(np.zeros((4, 4), np.uint8))

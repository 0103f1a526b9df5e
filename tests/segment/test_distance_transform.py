import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.segment import distance_transform
from scipy import ndimage

from ..strategies import LAYOUTS

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

# Of all pixels of the mask, how many are inside.
SHARES = st.sampled_from([0.0, 0.3, 0.9, 0.99, 0.999])


@st.composite
def masks(draw):
    """Draw a mask that has a zero."""
    shape = draw(st.tuples(st.integers(1, 40), st.integers(1, 70)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    mask = rng.random(shape) < draw(SHARES)
    mask[tuple(rng.integers(0, shape))] = False
    values = mask if draw(st.booleans()) else mask * rng.integers(1, 256, shape, np.uint8)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](values)


def reference(mask):
    """Look for the nearest of all zeros, pixel by pixel."""
    y, x = np.indices(mask.shape)
    squared = [(y - row) ** 2 + (x - column) ** 2 for row, column in np.argwhere(mask == 0)]
    return np.sqrt(np.min(squared, axis=0)).astype(np.float32)


@given(masks())
def test_matches_reference(mask):
    if (mask == 0).any():  # a layout may repeat a row without one
        np.testing.assert_array_equal(distance_transform(mask), reference(mask))


def masks_of(shape):
    rng = np.random.default_rng(shape[0])
    noise = rng.random(shape, np.float32)
    yield noise < 0.5
    yield noise < 1 - 3e-4
    yield noise < 1 - 2 / noise.size
    yield cv2.GaussianBlur(noise, (0, 0), min(shape) / 20 + 1) < 0.5
    edge = np.ones(shape, bool)
    edge[:, 0] = False
    yield edge
    corner = np.ones(shape, bool)
    corner[-1, -1] = False
    yield corner


@pytest.mark.parametrize("shape", [(500, 700), (1, 5000), (5000, 3), (333, 1025), (2999, 3011)])
def test_equals_scipy(shape):
    for mask in masks_of(shape):
        if mask.all():
            continue
        expected = ndimage.distance_transform_edt(mask).astype(np.float32)
        np.testing.assert_array_equal(distance_transform(mask), expected)


@pytest.mark.parametrize("shape", [(1, 23_170), (23_170, 2), (23_171, 3), (2, 60_000), (40_000, 1)])
def test_long_sides(shape):
    for mask in masks_of(shape):
        if mask.all():
            continue
        expected = ndimage.distance_transform_edt(mask).astype(np.float32)
        np.testing.assert_array_equal(distance_transform(mask), expected)


def test_the_longest_distances_there_are():
    mask = np.ones((12_000, 9_000), np.uint8)
    mask[0, 0] = 0
    found = distance_transform(mask)
    y, x = np.array([0, 1, 2999, 4096, 11_999]), np.array([0, 8_999, 3000, 7, 8_998])
    np.testing.assert_array_equal(found[y, x], np.hypot(y, x).astype(np.float32))


def test_follows_opencv():
    for mask in masks_of((700, 900)):
        theirs = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        np.testing.assert_allclose(distance_transform(mask), theirs, rtol=1e-6)


@given(masks())
def test_turns_with_the_mask(mask):
    expected = distance_transform(mask)
    np.testing.assert_array_equal(distance_transform(mask.T), expected.T)
    np.testing.assert_array_equal(distance_transform(mask[::-1, ::-1]), expected[::-1, ::-1])


@pytest.mark.parametrize("shape", [(1, 1), (5, 40), (30, 23_171)])
def test_no_zero_is_infinitely_far(shape):
    assert np.isposinf(distance_transform(np.ones(shape, bool))).all()
    assert not distance_transform(np.zeros(shape, bool)).any()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0)])
def test_no_pixels(shape):
    found = distance_transform(np.zeros(shape, bool))
    assert found.shape == shape
    assert found.dtype == np.float32


def test_refuses_wrong_arguments():
    with pytest.raises(TypeError, match=r"^mask must be bool or uint8, got int64"):
        distance_transform(np.ones((3, 4), int))
    with pytest.raises(ValueError, match=r"^mask must have shape \(H, W\), got \(3, 4, 1\)"):
        distance_transform(np.ones((3, 4, 1), bool))

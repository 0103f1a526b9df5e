import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import fast

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

gray = images(dtypes=[np.uint8], channels=(None,))
thresholds = st.sampled_from([0, 1, 10, 20, 80, 254, 255])


def reference(image, threshold):
    """Return the largest threshold at which each pixel is a corner, or -1."""
    circle = [(0, -3), (1, -3), (2, -2), (3, -1), (3, 0), (3, 1), (2, 2), (1, 3)]
    circle += [(-x, -y) for x, y in circle]
    height, width = image.shape
    scores = np.full((height, width), -1)
    values = image.astype(int)
    for y in range(3, height - 3):
        for x in range(3, width - 3):
            ring = np.array([values[y + dy, x + dx] for dx, dy in circle]) - values[y, x]
            arcs = np.array([np.roll(ring, -k)[:9] for k in range(16)])
            best = max(arcs.min(1).max(), -arcs.max(1).min()) - 1
            if best >= threshold:
                scores[y, x] = best
    return scores


@settings(max_examples=10)
@given(gray, thresholds)
def test_matches_reference(image, threshold):
    scores = reference(image, threshold)
    found = fast(image, threshold, nonmax=False)
    y, x = np.nonzero(scores >= 0)
    np.testing.assert_array_equal(found.xy, np.stack([x, y], 1))
    np.testing.assert_array_equal(found.response, scores[y, x])


def assert_as_opencv(image, threshold, nonmax):
    found = fast(image, threshold, nonmax)
    peer = cv2.FastFeatureDetector_create(threshold, nonmax).detect(np.ascontiguousarray(image))
    np.testing.assert_array_equal(found.xy, np.float32([k.pt for k in peer]).reshape(-1, 2))
    if nonmax:
        np.testing.assert_array_equal(found.response, np.float32([k.response for k in peer]))


@given(images(dtypes=[np.uint8], channels=(None,), min_side=7), thresholds, st.booleans())
def test_matches_opencv(image, threshold, nonmax):
    assert_as_opencv(image, threshold, nonmax)


@pytest.mark.parametrize("nonmax", [False, True])
def test_matches_opencv_on_large_images(nonmax):
    image = cv2.GaussianBlur(large((1000, 1001), np.uint8), (5, 5), 1)
    assert_as_opencv(image, 8, nonmax)


@given(gray, st.data())
def test_mask_selects(image, data):
    mask = np.random.default_rng(0).random(image.shape) < 0.5
    found, some = fast(image), fast(image, mask=mask)
    x, y = found.xy.astype(int).T
    np.testing.assert_array_equal(some.xy, found.xy[mask[y, x]])


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (9, 0), (1, 1), (6, 60), (60, 6), (50, 70)])
def test_nothing_in_flat_and_tiny_images(shape):
    found = fast(np.full(shape, 77, np.uint8), 0, nonmax=False)
    assert len(found) == 0
    assert found.xy.shape == (0, 2)
    assert found.octave.dtype == np.int32


def test_keypoints_are_picked():
    found = fast(large((60, 60), np.uint8))
    assert len(found[:5]) == 5
    np.testing.assert_array_equal(found[[3, 1]].xy, found.xy[[3, 1]])
    np.testing.assert_array_equal(found[found.response > 60].response.min() > 60, True)
    assert len(found[2]) == 1
    assert repr(found) == f"<Keypoints: {len(found)}>"


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("error", "message", "args", "kwargs"),
    [
        (ValueError, "threshold must be from 0 to 255, got 256", (256,), {}),
        (ValueError, "threshold must be from 0 to 255, got -1", (-1,), {}),
        (TypeError, "threshold must be a whole number", (1.5,), {}),
        (TypeError, "nonmax must be True or False", (20, 1), {}),
        (TypeError, "mask must be bool, got uint8", (), {"mask": np.ones((4, 4), np.uint8)}),
        (ValueError, "mask must have shape", (), {"mask": np.ones((4, 5), bool)}),
    ],
)
def test_errors(shape, error, message, args, kwargs):
    with pytest.raises(error, match=message):
        fast(np.zeros(shape, np.uint8), *args, **kwargs)


@pytest.mark.parametrize(
    ("error", "message", "image"),
    [
        (TypeError, "image must be uint8, got float32", np.zeros((9, 9), np.float32)),
        (TypeError, "image must be uint8, got >u2", np.zeros((9, 9), ">u2")),
        (ValueError, "; imgmine.color.rgb2gray makes gray", np.zeros((9, 9, 3), np.uint8)),
    ],
)
def test_wrong_images(error, message, image):
    with pytest.raises(error, match=message):
        fast(image)

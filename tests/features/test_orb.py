import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import fast, match, orb

from ..strategies import images
from .scenes import inlier_share, scene, warped

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(images(dtypes=[np.uint8], channels=(None,)))
@settings(max_examples=15)
def test_any_layout_and_size(image):
    keypoints, descriptors = orb(image)
    expected = orb(np.ascontiguousarray(image))
    assert descriptors.shape == (len(keypoints), 32)
    assert descriptors.dtype == np.uint8
    np.testing.assert_array_equal(keypoints.xy, expected[0].xy)
    np.testing.assert_array_equal(descriptors, expected[1])


@pytest.mark.parametrize("shape", [(0, 0), (0, 40), (1, 1), (33, 33), (32, 300), (200, 200)])
def test_nothing_in_flat_images(shape):
    keypoints, descriptors = orb(np.full(shape, 9, np.uint8))
    assert len(keypoints) == 0
    assert descriptors.shape == (0, 32)


def test_keypoints_are_corners_of_their_level():
    image = scene(200, 230)
    keypoints, _ = orb(image, 200, levels=1)
    corners = {tuple(xy) for xy in fast(image).xy}
    assert len(keypoints) > 50
    assert all(tuple(xy) in corners for xy in keypoints.xy)
    assert set(keypoints.octave) == {0}
    assert (np.diff(keypoints.response) <= 0).all()


def test_angles_point_to_the_centroid():
    image = scene(200, 230)
    keypoints, _ = orb(image, 200, levels=1)
    y, x = np.mgrid[-15:16, -15:16]
    half_widths = np.array([15, 15, 15, 15, 14, 14, 14, 13, 13, 12, 11, 10, 9, 8, 6, 3])
    disk = np.abs(x) <= half_widths[np.abs(y)]
    for (column, row), angle in zip(keypoints.xy.astype(int), keypoints.angle, strict=True):
        patch = image[row - 15 : row + 16, column - 15 : column + 16] * disk.astype(int)
        expected = np.degrees(np.arctan2((patch * y).sum(), (patch * x).sum())) % 360
        assert abs((angle - expected + 180) % 360 - 180) < 1e-4


def test_orders_and_numbers():
    image = scene(300, 400)
    for n in (0, 1, 7, 300):
        keypoints, descriptors = orb(image, n)
        assert len(keypoints) == len(descriptors) == n
    keypoints, _ = orb(image, 400)
    assert (np.diff(keypoints.octave) >= 0).all()
    np.testing.assert_allclose(keypoints.size, 31 * 1.2**keypoints.octave, rtol=0.02)


@pytest.mark.parametrize("angle", [0, 30, 90, 200])
@pytest.mark.parametrize("factor", [0.7, 1, 1.4])
def test_finds_again_what_was_turned_and_scaled(angle, factor):
    image = scene(300, 400)
    other, matrix = warped(image, angle, factor)
    (left, rows), (right, others) = orb(image), orb(other)
    pairs, _ = match(rows, others, ratio=0.8)
    share, n = inlier_share(left.xy[pairs[:, 0]], right.xy[pairs[:, 1]], matrix, 3 * max(factor, 1))
    assert share > 0.9
    assert n > 60


def test_matches_as_well_as_opencv():
    """Correct matches over some changes, ours against those of OpenCV's keypoints and bits."""
    image = scene(300, 400)
    ours = theirs = 0
    for angle, factor in [(15, 0.8), (75, 1), (140, 1.3), (250, 0.6)]:
        other, matrix = warped(image, angle, factor)
        (left, rows), (right, others) = orb(image), orb(other)
        pairs, _ = match(rows, others)
        ours += inlier_share(left.xy[pairs[:, 0]], right.xy[pairs[:, 1]], matrix)[1]
        peer = cv2.ORB_create(500)
        (left, rows), (right, others) = (peer.detectAndCompute(i, None) for i in (image, other))
        pairs, _ = match(rows, others)
        a = np.float32([left[i].pt for i in pairs[:, 0]])
        b = np.float32([right[i].pt for i in pairs[:, 1]])
        theirs += inlier_share(a, b, matrix)[1]
    assert ours >= 0.95 * theirs


@given(st.integers(0, 2**32))
@settings(max_examples=5)
def test_mask(seed):
    image = scene(200, 230)
    mask = np.random.default_rng(seed).random(image.shape) < 0.4
    keypoints, _ = orb(image, mask=mask)
    x, y = np.floor(keypoints.xy + 0.5).astype(int).T
    assert mask[y, x].all()
    assert len(keypoints) > 10
    assert len(orb(image, mask=np.zeros(image.shape, bool))[0]) == 0


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("error", "message", "kwargs"),
    [
        (ValueError, "n must not be negative, got -1", {"n": -1}),
        (ValueError, "scale must be above 1 and at most 4, got 1.0", {"scale": 1.0}),
        (ValueError, "scale must be above 1", {"scale": float("nan")}),
        (ValueError, "levels must be from 1 to 32, got 0", {"levels": 0}),
        (ValueError, "threshold must be from 0 to 255, got 300", {"threshold": 300}),
        (TypeError, "n must be a whole number", {"n": 1.5}),
        (TypeError, "mask must be bool", {"mask": [[1]]}),
    ],
)
def test_errors(shape, error, message, kwargs):
    with pytest.raises(error, match=message):
        orb(np.zeros(shape, np.uint8), **kwargs)


@pytest.mark.parametrize("dtype", ["f4", ">u2"])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(TypeError, match="image must be uint8"):
        orb(np.zeros((9, 9), dtype))

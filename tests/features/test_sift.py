import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.features import match, sift

from ..strategies import images
from .scenes import inlier_share, scene, warped

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def opencv_sift(image, **options):
    keypoints, descriptors = cv2.SIFT_create(
        enable_precise_upscale=True, **options
    ).detectAndCompute(np.ascontiguousarray(image), None)
    columns = np.array([(*k.pt, k.size, k.angle, k.response) for k in keypoints])
    return columns.reshape(-1, 5), descriptors


def table(keypoints):
    columns = keypoints.xy, keypoints.size, keypoints.angle, keypoints.response
    return np.column_stack(columns).astype(np.float64)


def nearest_rows(a, b):
    """Return for each row of `b` the row of `a` that is nearest to it, and whether it is near."""
    unit = 1 / np.array([0.05, 0.05, 0.05, 0.2])
    apart = np.abs(a[:, None, :4] - b[None, :, :4])
    apart[..., 3] = np.minimum(apart[..., 3], 360 - apart[..., 3])
    worst = (apart * unit).max(-1)
    return worst.argmin(0), worst.min(0) < 1


@pytest.mark.parametrize(
    ("options", "theirs"),
    [
        ({}, {}),
        ({"layers": 4, "sigma": 1.2}, {"nOctaveLayers": 4, "sigma": 1.2}),
        ({"contrast": 0.02, "edge": 6}, {"contrastThreshold": 0.02, "edgeThreshold": 6}),
    ],
)
def test_agrees_with_opencv(options, theirs):
    image = scene(160, 203)
    keypoints, descriptors = sift(image, **options)
    peer, rows = opencv_sift(image, **theirs)
    found, near = nearest_rows(table(keypoints), peer)
    assert near.mean() > 0.98
    assert nearest_rows(peer, table(keypoints))[1].mean() > 0.98
    distances = np.linalg.norm(descriptors[found[near]] - rows[near], axis=1)
    assert np.median(distances) <= 2
    assert np.percentile(distances, 95) < 12
    response = keypoints.response[found[near]]
    np.testing.assert_allclose(response, peer[near, 4], rtol=0.02)


def test_agrees_with_opencv_on_photographs(data_dir):
    image = cv2.imread(str(data_dir / "ukbench/ukbench00008.jpg"), cv2.IMREAD_GRAYSCALE)
    image = image[:240, :320]
    keypoints, descriptors = sift(image)
    peer, rows = opencv_sift(image)
    found, near = nearest_rows(table(keypoints), peer)
    assert near.mean() > 0.99
    distances = np.linalg.norm(descriptors[found[near]] - rows[near], axis=1)
    assert np.median(distances) <= 2


@given(images(dtypes=[np.uint8], channels=(None,)))
@settings(max_examples=15)
def test_any_layout_and_size(image):
    keypoints, descriptors = sift(image)
    expected = sift(np.ascontiguousarray(image))
    assert descriptors.shape == (len(keypoints), 128)
    assert descriptors.dtype == np.uint8
    np.testing.assert_array_equal(table(keypoints), table(expected[0]))
    np.testing.assert_array_equal(descriptors, expected[1])
    if len(keypoints):
        assert ((keypoints.angle >= 0) & (keypoints.angle < 360)).all()
        assert (np.diff(keypoints.response) <= 0).all()


@pytest.mark.parametrize("shape", [(0, 0), (0, 40), (1, 1), (5, 6), (1, 300), (100, 120)])
def test_nothing_in_flat_images(shape):
    keypoints, descriptors = sift(np.full(shape, 9, np.uint8))
    assert len(keypoints) == 0
    assert descriptors.shape == (0, 128)


def test_a_blob_is_found_with_its_size():
    y, x = np.mgrid[:64, :80]
    for sigma in (3, 6):
        image = 20 + 200 * np.exp(-((x - 41) ** 2 + (y - 30) ** 2) / (2 * sigma**2))
        keypoints, _ = sift(image.astype(np.uint8))
        # A Gaussian of sigma s answers most to a difference of Gaussians around the same sigma.
        near = np.hypot(*(keypoints.xy - (41, 30)).T) < 0.3
        assert near.any()
        assert 1.5 * sigma < keypoints.size[near][0] < 2.5 * sigma


def test_strongest_come_first():
    image = scene(120, 150)
    keypoints, descriptors = sift(image)
    for n in (0, 1, 20, 10**6):
        some, rows = sift(image, n)
        np.testing.assert_array_equal(some.xy, keypoints.xy[:n])
        np.testing.assert_array_equal(rows, descriptors[:n])


def test_root_is_the_root_of_shares():
    image = scene(120, 150)
    plain, root = sift(image)[1].astype(np.float64), sift(image, root=True)[1]
    expected = 512 * np.sqrt(plain / plain.sum(1, keepdims=True))
    exact = (plain < 250).all(1)
    # A level of the plain one, at most 0.5 off, is up to 512 sqrt(0.5 / sum) where it is 0.
    assert np.abs(np.minimum(expected, 255) - root)[exact].max() < 12
    assert np.abs(np.minimum(expected, 255) - root)[exact].mean() < 1.5


def test_without_upsampling():
    image = scene(160, 203)
    keypoints, _ = sift(image, upsample=False)
    assert keypoints.octave.min() == 0
    assert 0 < len(keypoints) < len(sift(image)[0])
    assert sift(image)[0].octave.min() == -1


@pytest.mark.parametrize(("angle", "factor"), [(0, 1), (33, 0.5), (90, 1), (200, 2)])
def test_finds_again_what_was_turned_and_scaled(angle, factor):
    image = scene(160, 203)
    other, matrix = warped(image, angle, factor)
    (left, rows), (right, others) = sift(image), sift(other)
    pairs, _ = match(rows, others)
    share, n = inlier_share(left.xy[pairs[:, 0]], right.xy[pairs[:, 1]], matrix, 2 * max(factor, 1))
    assert share > 0.95
    assert n > 80


def test_mask():
    image = scene(160, 203)
    mask = np.zeros(image.shape, bool)
    mask[40:90, 60:] = True
    keypoints, _ = sift(image, mask=mask)
    everywhere, _ = sift(image)
    x, y = np.clip(np.floor(everywhere.xy + 0.5).astype(int).T, 0, [[202], [159]])
    np.testing.assert_array_equal(keypoints.xy, everywhere.xy[mask[y, x]])
    assert len(sift(image, mask=np.zeros(image.shape, bool))[0]) == 0


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("error", "message", "kwargs"),
    [
        (ValueError, "n must not be negative, got -1", {"n": -1}),
        (ValueError, "layers must be from 1 to 8, got 0", {"layers": 0}),
        (ValueError, "contrast must be from 0 to 1, got 2", {"contrast": 2}),
        (ValueError, "edge must be at least 1, got 0.5", {"edge": 0.5}),
        (ValueError, "sigma must be from 0.5 to 10, got 0", {"sigma": 0}),
        (ValueError, "sigma must be from 0.5 to 10, got nan", {"sigma": float("nan")}),
        (TypeError, "upsample must be True or False", {"upsample": 1}),
        (TypeError, "root must be True or False", {"root": None}),
        (TypeError, "mask must be bool", {"mask": [[1]]}),
    ],
)
def test_errors(shape, error, message, kwargs):
    with pytest.raises(error, match=message):
        sift(np.zeros(shape, np.uint8), **kwargs)


@pytest.mark.parametrize("dtype", ["f4", ">u2"])
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(TypeError, match="image must be uint8"):
        sift(np.zeros((9, 9), dtype))

import cv2
import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import dense_sift
from scipy.ndimage import convolve1d

from ..strategies import LAYOUTS, images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def blurred(image, size):
    variance = size**2 / 36 - 0.25
    if variance <= 0:
        return image.astype(np.float64)
    radius = int(np.ceil(3 * np.sqrt(variance)))
    weights = np.exp(-0.5 * np.arange(-radius, radius + 1) ** 2 / variance)
    for axis in (0, 1):
        image = convolve1d(image.astype(np.float64), weights / weights.sum(), axis, mode="nearest")
    return image


def votes_of(image):
    """Share each gradient between two of eight directions: planes (8, H, W)."""
    down, right = np.gradient(image)
    turn = np.arctan2(-down, right) / (np.pi / 4) % 8
    length = np.hypot(down, right)
    planes = np.zeros((8, *image.shape))
    for b in range(8):
        away = np.abs((turn - b + 4) % 8 - 4)
        planes[b] = length * np.maximum(0, 1 - away)
    return planes


def places_along(extent, step, size):
    room = extent - 1 - 3 * size
    return np.arange(room % step // 2, room + 1, step) if room >= 0 else np.arange(0)


def reference(image, step, size, root, contrast):
    tops, lefts = (places_along(extent, step, size) for extent in image.shape)
    if not len(tops) or not len(lefts):
        return np.empty((0, 3)), np.empty((0, 128))
    triangle = (size - np.abs(np.arange(-size + 1, size))) / size**2
    planes = votes_of(blurred(image, size))
    for axis in (1, 2):
        planes = convolve1d(planes, triangle, axis, mode="constant")
    window = np.exp(-((np.arange(4) - 1.5) ** 2) / 8)
    places, descriptors = [], []
    for y in tops:
        for x in lefts:
            bins = planes[:, y : y + 3 * size + 1 : size, x : x + 3 * size + 1 : size]
            vector = (bins * np.outer(window, window)).transpose(1, 2, 0).ravel()
            descriptors.append(finished(vector, root, contrast))
            places.append((x + 1.5 * size, y + 1.5 * size, size))
    return np.array(places), np.array(descriptors)


def finished(vector, root, contrast):
    length = np.linalg.norm(vector)
    if length < max(contrast, 1e-12):
        return np.zeros(128)
    vector = np.minimum(vector / length, 0.2)
    return np.sqrt(vector / vector.sum()) if root else vector / np.linalg.norm(vector)


sizes = st.lists(st.integers(1, 12), min_size=1, max_size=3)


@settings(max_examples=15)
@given(
    images(dtypes=[np.uint8], channels=[None], min_side=0), st.integers(1, 9), sizes, st.booleans()
)
def test_matches_reference(image, step, sizes, root):
    """The draw's images are small: put each beside itself until grids have places."""
    image = np.tile(image, (3, 2)) if 0 < image.size < 5000 else image
    expected = [reference(image, step, size, root, 0) for size in sizes]
    places, descriptors = dense_sift(image, step, sizes, root=root, contrast=0)
    np.testing.assert_array_equal(places, np.concatenate([part for part, _ in expected]))
    theirs = np.concatenate([part for _, part in expected])
    if root:  # roots of almost nothing magnify its error
        np.testing.assert_allclose(descriptors**2, theirs**2, atol=2e-5)
    else:
        assert descriptors.dtype == np.uint8
        np.testing.assert_allclose(descriptors, np.minimum(512 * theirs, 255), atol=0.51)


@pytest.mark.parametrize("shape", [(330, 1450), (900, 150)])
def test_tiles_and_threads_leave_no_seams(shape):
    image = cv2.GaussianBlur(large(shape), (0, 0), 2)
    places, descriptors = dense_sift(image, 23, (3, 10), root=True)
    for size in (3, 10):
        expected, theirs = reference(image, 23, size, True, 1.0)
        mine = places[:, 2] == size
        np.testing.assert_array_equal(places[mine], expected)
        np.testing.assert_allclose(descriptors[mine] ** 2, theirs**2, atol=2e-5)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_any_layout(layout):
    image = LAYOUTS[layout](large((40, 50)))
    places, descriptors = dense_sift(image)
    expected = dense_sift(np.ascontiguousarray(image))
    np.testing.assert_array_equal(places, expected[0])
    np.testing.assert_array_equal(descriptors, expected[1])


def test_is_like_opencvs(data_dir):
    """OpenCV weighs pixels where this weighs bins, and blurs every size as this blurs size 10."""
    size = 10
    image = imgmine.color.rgb2gray(imgmine.io.imread(data_dir / "corel1k" / "buses" / "300.jpg"))
    places, ours = dense_sift(image, 8, size)
    inside = (ours.any(1)) & (np.abs(places[:, 0] - 192) < 150) & (np.abs(places[:, 1] - 128) < 90)
    points = [cv2.KeyPoint(float(x), float(y), 2 * size / 3, 0) for x, y, _ in places[inside]]
    kept, theirs = cv2.SIFT_create().compute(image, points)
    assert len(kept) == inside.sum()
    ours = ours[inside].astype(np.float64)
    cosines = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    assert np.median(cosines) > 0.985
    assert np.quantile(cosines, 0.1) > 0.95


def test_contrast_is_a_length():
    """A slope of one level a pixel to the right: all votes are for direction 0."""
    image = np.tile(np.arange(60, dtype=np.uint8), (60, 1))
    window = np.exp(-((np.arange(4) - 1.5) ** 2) / 8)
    length = (window**2).sum()
    middle = (dense_sift(image, 4, 4)[0][:, :2] > 25).all(1)
    for contrast, found in ((0.99 * length, True), (1.01 * length, False)):
        places, descriptors = dense_sift(image, 4, 4, contrast=contrast)
        middle = (np.abs(places[:, :2] - 30) < 10).all(1)
        assert (descriptors[middle].any(1) == found).all()
        assert descriptors[:, 1:8].max() == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 40), (1, 1), (1, 400), (12, 13)])
def test_no_room_no_places(shape):
    places, descriptors = dense_sift(np.zeros(shape, np.uint8))
    assert places.shape == (0, 3)
    assert descriptors.shape == (0, 128)
    assert descriptors.dtype == np.uint8


@pytest.mark.parametrize("value", [0, 255])
def test_a_constant_image_has_nothing_to_say(value):
    _, descriptors = dense_sift(np.full((40, 40), value, np.uint8), contrast=0, root=True)
    assert len(descriptors)
    assert not descriptors.any()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"step": 0}, ValueError, "^step must be from 1 to 1024, got 0"),
        ({"step": 1.5}, TypeError, "^step must be a whole number"),
        ({"sizes": 0}, ValueError, "^sizes must be from 1 to 128, got 0"),
        ({"sizes": (4, 129)}, ValueError, "^sizes must be from 1 to 128, got 129"),
        ({"sizes": ()}, ValueError, "^sizes must be 1 to 64 numbers"),
        ({"sizes": (4.0,)}, TypeError, "^sizes must be a whole number"),
        ({"contrast": -1}, ValueError, "^contrast must be finite and not negative"),
        ({"contrast": np.nan}, ValueError, "^contrast must be finite"),
        ({"root": 1}, TypeError, "^root must be True or False"),
    ],
)
def test_refuses_wrong_arguments(shape, arguments, error, message):
    with pytest.raises(error, match=message):
        dense_sift(np.zeros(shape, np.uint8), **arguments)


def test_refuses_what_is_no_gray_image():
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\).*rgb2gray"):
        dense_sift(np.zeros((40, 40, 3), np.uint8))
    for dtype in (np.float32, np.dtype(">u2")):
        with pytest.raises(TypeError, match=r"^image must be uint8"):
            dense_sift(np.zeros((40, 40), dtype))

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import glcm
from skimage.feature import graycomatrix

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

gray = images(dtypes=[np.uint8], channels=[None])
DIRECTIONS = (0, math.pi / 4, math.pi / 2, 3 * math.pi / 4)
levels_of = st.sampled_from([1, 2, 7, 8, 9, 16, 31, 32, 33, 64, 256])
distances_of = st.sampled_from([(1,), (1,), (2,), (1, 3.5), (0,), (40,)])
angles_of = st.sampled_from([DIRECTIONS, DIRECTIONS, (0,), (math.pi / 6, -1, 5, math.pi)])


def whole(x):
    return math.floor(x + 0.5) if x > 0 else math.ceil(x - 0.5)


def reference(image, distances, angles, levels, region=None):
    region = np.ones(image.shape, int) if region is None else region
    counts = np.zeros((levels, levels, len(distances), len(angles)), np.int64)
    for d, distance in enumerate(distances):
        for a, angle in enumerate(angles):
            down, right = whole(math.sin(angle) * distance), whole(math.cos(angle) * distance)
            for y, x in np.ndindex(image.shape):
                if 0 <= y + down < image.shape[0] and 0 <= x + right < image.shape[1]:
                    same = region[y, x] and region[y, x] == region[y + down, x + right]
                    counts[image[y, x], image[y + down, x + right], d, a] += bool(same)
    return counts


@given(gray, distances_of, angles_of, levels_of, st.booleans())
def test_equals_scikit_image(image, distances, angles, levels, symmetric):
    actual = glcm(image, distances, angles, levels, symmetric=symmetric, quantize=True)
    assert actual.dtype == np.uint32
    scaled = (image.astype(int) * levels // 256).astype(np.uint8)
    if not image.size:
        assert actual.shape == (levels, levels, len(distances), len(angles))
        assert not actual.any()
        return
    expected = graycomatrix(scaled, distances, angles, levels, symmetric)
    np.testing.assert_array_equal(actual, expected)
    np.testing.assert_array_equal(
        glcm(scaled, distances, angles, levels, symmetric=symmetric), expected
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (2, 3), (3, 3), (4, 5)])
def test_matches_reference(shape):
    image = np.random.default_rng(0).integers(0, 9, shape).astype(np.uint8)
    for distances in [(1,), (2, 1)]:
        expected = reference(image, distances, DIRECTIONS, 9)
        np.testing.assert_array_equal(glcm(image, distances, levels=9), expected)


@pytest.mark.parametrize("levels", [2, 8, 11, 16, 17, 32, 40, 256])
@pytest.mark.parametrize("shape", [(1001, 640), (1000, 641)])
def test_threads_share_the_rows(shape, levels):
    image = np.random.default_rng(0).integers(0, levels, shape).astype(np.uint8)
    expected = graycomatrix(image, [1], DIRECTIONS, levels)
    np.testing.assert_array_equal(glcm(image, levels=levels), expected)


@pytest.mark.parametrize("levels", [7, 20, 33, 256])
@pytest.mark.parametrize("shape", [(1001, 640), (410, 1301), (4, 160001), (7500, 66)])
def test_pictures(shape, levels):
    """Most neighbours are alike, some lie at the limits of what is, and one part is rough."""
    rng = np.random.default_rng(0)
    rows, columns = (
        np.cumsum(rng.integers(-2, 3, shape[0])),
        np.cumsum(rng.integers(-2, 3, shape[1])),
    )
    unlike = rng.choice([0, 0, 0, 1, -1, 7, 8, -8, 10, 11, 12, -12, 13, 200], shape)
    values = rows[:, None] + columns + unlike * (rng.random(shape) < 0.1)
    values[: shape[0] // 3, : shape[1] // 2] //= 40
    values[-shape[0] // 5 :] *= 23
    image = (values % 256 * levels // 256).astype(np.uint8)
    expected = graycomatrix(image, [1], DIRECTIONS, levels)
    np.testing.assert_array_equal(glcm(image, levels=levels), expected)


@pytest.mark.parametrize("levels", [2, 8, 20, 32, 70, 256])
@pytest.mark.parametrize("flat", [0, 200])
def test_few_unlike_values(levels, flat):
    """Counts of bytes wrap around many times, and some blocks are of one value only."""
    values = np.array([0, levels // 2, levels - 1], np.uint8)
    image = np.random.default_rng(0).choice(values, (301, 530))
    image[100 : 100 + flat, 130:400] = 1
    expected = graycomatrix(image, [1], DIRECTIONS, levels)
    np.testing.assert_array_equal(glcm(image, levels=levels), expected)


@pytest.mark.parametrize("shape", [(1, 300000), (300000, 1), (2, 200000), (150000, 2)])
@pytest.mark.parametrize("levels", [4, 30])
def test_long_images(shape, levels):
    image = np.random.default_rng(0).integers(0, levels, shape).astype(np.uint8)
    expected = graycomatrix(image, [1], DIRECTIONS, levels)
    np.testing.assert_array_equal(glcm(image, levels=levels), expected)


def test_many_offsets():
    image = np.random.default_rng(0).integers(0, 256, (90, 100)).astype(np.uint8)
    distances, angles = (1, 3, 60), (0.1, 1, 2, 3, 4)
    np.testing.assert_array_equal(glcm(image, distances, angles),
                                  graycomatrix(image, distances, angles, 256))  # fmt: skip


def test_normalized():
    image = np.random.default_rng(0).integers(0, 4, (9, 9)).astype(np.uint8)
    actual = glcm(image, (1, 30), levels=4, symmetric=True, normalize=True)
    expected = graycomatrix(image, [1, 30], DIRECTIONS, 4, symmetric=True, normed=True)
    assert actual.dtype == np.float64
    np.testing.assert_array_equal(actual, expected)


@given(st.integers(0, 2**32), st.sampled_from([2, 5, 32]))
def test_masks_and_labels(seed, levels):
    rng = np.random.default_rng(seed)
    image = rng.integers(0, levels, (7, 9)).astype(np.uint8)
    labels = np.repeat(rng.integers(0, 4, (7, 3)), 3, axis=1).astype(np.int32)
    regions = glcm(image, (1, 2), levels=levels, labels=labels)
    assert regions.shape == (labels.max(), levels, levels, 2, 4)
    for k in range(1, labels.max() + 1):
        expected = reference(image, (1, 2), DIRECTIONS, levels, labels == k)
        np.testing.assert_array_equal(regions[k - 1], expected)
        masked = glcm(image, (1, 2), levels=levels, mask=labels == k)
        np.testing.assert_array_equal(masked, expected)
    assert not glcm(image, levels=levels, mask=labels == 9).any()


def test_refuses_values_that_are_no_level():
    image = np.full((3, 3), 32, np.uint8)
    with pytest.raises(ValueError, match=r"^image must have values below levels = 32, got 32"):
        glcm(image, levels=32)
    with pytest.raises(ValueError, match=r"^image must have values below levels = 1, got 32"):
        glcm(image, levels=1, mask=np.zeros((3, 3), bool))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"levels": 0}, ValueError, "^levels must be from 1 to 256, got 0"),
        ({"levels": 257}, ValueError, "^levels must be from 1 to 256, got 257"),
        ({"distances": ()}, ValueError, "^distances must hold at least one"),
        ({"distances": (1e7,)}, ValueError, "^distances must be at most 1e6"),
        ({"distances": "1"}, TypeError, "^distances must be a number"),
        ({"angles": (math.nan,)}, ValueError, "^angles must be finite"),
        ({"angles": range(257)}, ValueError, "^distances and angles must make at most 256"),
        ({"symmetric": 1}, TypeError, "^symmetric must be True or False"),
    ],
)
def test_refuses_arguments_out_of_range(arguments, error, message):
    for shape in [(4, 4), (0, 4)]:
        with pytest.raises(error, match=message):
            glcm(np.zeros(shape, np.uint8), **arguments)

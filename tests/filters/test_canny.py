import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import canny
from scipy import ndimage

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

# In units of the largest gradient there is: most pixels edges, some, few, none.
THRESHOLDS = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)).map(sorted) | st.sampled_from(
    [(0, 0), (0.1, 0.1), (0.01, 0.2), (0.02, 0.9), (0, 2)]
)
LARGEST = {3: 2040, 5: 24480, 7: 40 * 16 * 2 * 255 / 16}


def smooth(image):
    """Edges that go on: noise has none."""
    if image.size == 0:
        return image
    blurred = ndimage.gaussian_filter(image.astype(float), (1.5, 1.5) + (0,) * (image.ndim - 2))
    return np.clip(4 * (blurred - blurred.mean()) + 128, 0, 255).astype(np.uint8)


def reference(image, low, high, ksize, l2_gradient):
    """Thin by definition, then keep whole components in place of following edges."""
    planes = np.atleast_3d(image).astype(np.int64)
    if planes.size == 0:
        return np.zeros(image.shape[:2], np.uint8)
    gradients = [
        ndimage.correlate(planes, np.multiply.outer(down, across)[..., None], mode="nearest")
        for down, across in (((1, 2, 1), (-1, 0, 1)), ((-1, 0, 1), (1, 2, 1)))
    ]
    assert ksize == 3
    x, y = gradients
    norm = x**2 + y**2 if l2_gradient else abs(x) + abs(y)
    best = norm.argmax(-1)[..., None]
    x, y, norm = (np.take_along_axis(a, best, -1)[..., 0] for a in (x, y, norm))
    if l2_gradient:
        low, high = low**2, high**2
    height, width = norm.shape
    padded = np.pad(norm, 1)

    def at(dy, dx):
        return padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]

    tangent = 13573 / 2**15
    across = abs(y) < tangent * abs(x)
    along = abs(y) > (2 + tangent) * abs(x)
    falling = (x < 0) == (y < 0)
    thin = np.select(
        [across, along, falling],
        [
            (norm > at(0, -1)) & (norm >= at(0, 1)),
            (norm > at(-1, 0)) & (norm >= at(1, 0)),
            (norm > at(-1, -1)) & (norm > at(1, 1)),
        ],
        (norm > at(-1, 1)) & (norm > at(1, -1)),
    ) & (norm > low)
    parts, n = ndimage.label(thin, np.ones((3, 3)))
    kept = np.zeros(n + 1, bool)
    kept[parts[thin & (norm > high)]] = True
    return np.where(kept[parts], 255, 0).astype(np.uint8)


uint8_images = images(dtypes=[np.uint8], channels=(None, 1, 2, 3, 4, 5))


@given(uint8_images, THRESHOLDS, st.booleans(), st.booleans())
def test_matches_reference(image, thresholds, l2_gradient, is_smooth):
    image = smooth(image) if is_smooth else image
    low, high = (round(2040 * t) for t in thresholds)
    actual = canny(image, low, high, l2_gradient=l2_gradient)
    assert actual.dtype == np.uint8
    np.testing.assert_array_equal(actual, reference(image, low, high, 3, l2_gradient))


@given(
    images(dtypes=[np.uint8], channels=(None, 1, 3), min_side=1),
    THRESHOLDS,
    st.sampled_from(sorted(LARGEST)),
    st.booleans(),
    st.booleans(),
)
def test_equals_opencv(image, thresholds, ksize, l2_gradient, is_smooth):
    image = smooth(image) if is_smooth else image.copy()
    low, high = (LARGEST[ksize] * t for t in thresholds)
    peer = cv2.Canny(image, low, high, apertureSize=ksize, L2gradient=l2_gradient)
    actual = canny(image, low, high, ksize=ksize, l2_gradient=l2_gradient)
    np.testing.assert_array_equal(actual, peer)


@pytest.mark.parametrize("shape", [(500, 801), (40, 2900, 3)])
@pytest.mark.parametrize("ksize", sorted(LARGEST))
@pytest.mark.parametrize("l2_gradient", [False, True])
def test_large_images(shape, ksize, l2_gradient):
    """Shared out among threads, and wider than a tile."""
    image = smooth(large(shape))
    low, high = 0.01 * LARGEST[ksize], 0.15 * LARGEST[ksize]
    peer = cv2.Canny(image, low, high, apertureSize=ksize, L2gradient=l2_gradient)
    assert 0.01 < (peer > 0).mean() < 0.5
    actual = canny(image, low, high, ksize=ksize, l2_gradient=l2_gradient)
    np.testing.assert_array_equal(actual, peer)


def snake(height, width):
    """Draw one band that winds through the whole picture; only its head has strong edges."""
    image = np.zeros((height, width), np.uint8)
    for i, y in enumerate(range(6, height - 18, 12)):
        image[y : y + 6, 6 : width - 6] = 60
        x = 6 if i % 2 else width - 12
        image[y : y + 18, x : x + 6] = 60
    image[6:12, 6:12] = 255
    return ndimage.gaussian_filter(image, 1)


@pytest.mark.parametrize("turned", [False, True])
def test_follows_an_edge_however_far(turned):
    """Through all threads' rows and back, many times."""
    image = snake(700, 400)
    image = np.ascontiguousarray(image.T) if turned else image
    peer = cv2.Canny(image, 5, 200)
    actual = canny(image, 5, 200)
    np.testing.assert_array_equal(actual, peer)
    assert (actual > 0).mean() > 0.1
    assert (canny(image, 200, 200) > 0).mean() < 0.001


@settings(max_examples=20)
@given(images(dtypes=[np.uint8], channels=(None,)), st.integers(0, 500), st.integers(0, 500))
def test_lower_thresholds_only_add(image, low, more):
    image = smooth(image)
    strict = canny(image, low + more, low + more + 50)
    assert (canny(image, low, low + 50)[strict > 0] == 255).all()


def test_flat_pictures_have_no_edges():
    assert not canny(np.full((50, 70), 200, np.uint8), 0, 0).any()


def test_writes_to_out():
    image = smooth(large((40, 50)))
    frame = np.full((44, 60), 99, np.uint8)
    out = frame[2:42, 5:55]
    assert canny(image, 50, 100, out=out) is out
    np.testing.assert_array_equal(out, canny(image, 50, 100))
    assert (frame[:2] == 99).all()
    assert (frame[42:] == 99).all()
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 55:] == 99).all()


def test_neighbors_in_the_frame_of_out_are_none():
    """What stands beside `out` looks like weak and strong pixels, and is not looked at."""
    image = smooth(large((40, 50)))
    expected = canny(image, 20, 200)
    for value in (1, 255):
        out = np.full((44, 60), value, np.uint8)[2:42, 5:55]
        np.testing.assert_array_equal(canny(image, 20, 200, out=out), expected)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": -1}, "^low and high must be finite, 0 <= low <= high, got -1"),
        ({"low": 60}, "^low and high must be"),
        ({"low": np.nan}, "^low and high must be"),
        ({"high": np.inf}, "^low and high must be"),
        ({"ksize": 4}, "^ksize must be 3, 5 or 7, got 4"),
        ({"ksize": 9}, "^ksize must be 3, 5 or 7, got 9"),
        ({"out": np.zeros((2, 2), np.uint8)}, "^out must have shape"),
    ],
)
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        canny(np.zeros(shape, np.uint8), **{"low": 10, "high": 50, **arguments})


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("dtype", "arguments", "message"),
    [
        (np.float32, {}, "^image must be uint8, got float32"),
        (np.uint8, {"low": "1"}, "^low must be a number"),
        (np.uint8, {"high": None}, "^high must be a number"),
        (np.uint8, {"ksize": 3.0}, "^ksize must be a whole number"),
        (np.uint8, {"l2_gradient": 1}, "^l2_gradient must be True or False"),
        (np.uint8, {"out": np.zeros((4, 4), np.float32)}, "^out must be uint8"),
    ],
)
def test_refuses_wrong_kinds(dtype, arguments, message, shape):
    with pytest.raises(TypeError, match=message):
        canny(np.zeros(shape, dtype), **{"low": 10, "high": 50, **arguments})

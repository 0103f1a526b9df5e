import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.filters import integral_image

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image):
    wide = image.astype(np.uint64 if image.dtype == np.uint8 else np.float64)
    sums = np.zeros([n + 1 for n in image.shape[:2]] + list(image.shape[2:]), wide.dtype)
    sums[1:, 1:] = wide.cumsum(0).cumsum(1)
    return sums


def check(actual, image):
    expected = reference(image)
    assert actual.shape == expected.shape
    if image.dtype == np.uint8:
        np.testing.assert_array_equal(actual, expected)
    else:
        scale = np.abs(image.astype(np.float64)).sum()
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13 * scale)


@given(images())
def test_matches_reference(image):
    sums = integral_image(image)
    assert sums.dtype == (np.uint32 if image.dtype == np.uint8 else np.float64)
    check(sums, image)


@given(images(channels=(None, 1, 3, 4), min_side=1))
def test_follows_opencv(image):
    peer = cv2.integral(image.copy())
    actual = integral_image(image)
    scale = np.abs(image.astype(np.float64)).sum()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape), rtol=1e-12, atol=1e-13 * scale)


@given(images(dtypes=[np.uint8], min_side=1), st.data())
def test_gives_the_sum_of_any_rectangle(image, data):
    top, bottom = sorted(data.draw(st.integers(0, image.shape[0])) for _ in range(2))
    left, right = sorted(data.draw(st.integers(0, image.shape[1])) for _ in range(2))
    for dtype in (np.uint32, np.uint64):
        s = integral_image(image, dtype=dtype)
        assert s.dtype == dtype
        total = (s[bottom, right] - s[top, right]) - (s[bottom, left] - s[top, left])
        expected = image[top:bottom, left:right].sum((0, 1), dtype=dtype)
        np.testing.assert_array_equal(total, expected)


@pytest.mark.parametrize("shape", [(900, 2100), (500, 1030, 3), (300, 1100, 5), (70, 20011)])
def test_threads_share_the_columns(shape):
    image = large(shape, np.float32)
    check(integral_image(image), image)


@pytest.mark.parametrize(
    ("shape", "dtype"), [((3001, 2507, 3), np.uint32), ((140000, 81), np.uint64)]
)
def test_threads_share_the_rows(shape, dtype):
    """Two shares: the second starts from the bytes above it, however many."""
    image = large(shape, np.uint8)
    sums = integral_image(image, dtype=dtype)
    assert not sums[0].any()
    assert not sums[:, 0].any()
    expected = image.cumsum(0, dtype=dtype)
    np.cumsum(expected, 1, out=expected)
    np.testing.assert_array_equal(sums[1:, 1:], expected)


@pytest.mark.parametrize("shape", [(900, 2100), (500, 1030, 3), (300, 1100, 5), (70, 20011)])
def test_large_images_of_bytes(shape):
    image = large(shape, np.uint8)
    check(integral_image(image), image)
    check(integral_image(image, dtype=np.uint64), image)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_width_and_start(channels):
    """Steps, what is left of them, and the way to the first line of the cache."""
    image = large((5, 150, channels), np.uint8)
    for width in range(1, 151):
        piece = image[:, 150 - width :]
        check(integral_image(piece), piece)


def test_bits_do_not_depend_on_threads(n_threads):
    """Sums of floats are rounded; they must be so in one order."""
    image = large((700, 3001), np.float32)
    sums = integral_image(image)
    pieces = integral_image(image[:, :512])  # a thread's share: no carry
    np.testing.assert_array_equal(sums[:, :513], pieces)


def test_a_large_image_gets_wide_sums():
    """A row read many times over: no memory for the image, and all of it 255."""
    image = np.broadcast_to(np.full((1, 4200), 255, np.uint8), (4100, 4200))
    sums = integral_image(image)
    assert sums.dtype == np.uint64
    assert sums[-1, -1] == 255 * 4100 * 4200
    narrow = integral_image(image, dtype=np.uint32)
    assert narrow[-1, -1] == 255 * 4100 * 4200 % 2**32
    rows = narrow[4000:] - narrow[:-4000]
    assert (rows[:, 4000:] - rows[:, :-4000] == 255 * 4000 * 4000).all()


def test_nan_reaches_right_and_down():
    image = np.ones((5, 40), np.float32)
    image[2, 9] = np.nan
    sums = integral_image(image)
    assert np.isnan(sums[3:, 10:]).all()
    assert np.isfinite(sums[:3]).all()
    assert np.isfinite(sums[:, :9]).all()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("dtype", "wanted", "message"),
    [
        (np.uint8, np.int32, "^dtype must be uint32 or uint64 for uint8, got int32"),
        (np.uint8, np.float64, "^dtype must be uint32 or uint64 for uint8, got float64"),
        (np.float32, np.float32, "^dtype must be float64 for float32, got float32"),
        (np.uint8, "many", "^dtype must be a dtype or None, got 'many'"),
        (np.int16, None, "^image must be uint8 or float32, got int16"),
    ],
)
def test_refuses_other_dtypes(shape, dtype, wanted, message):
    with pytest.raises(TypeError, match=message):
        integral_image(np.zeros(shape, dtype), dtype=wanted)


def test_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W\)"):
        integral_image(np.zeros(4, np.uint8))

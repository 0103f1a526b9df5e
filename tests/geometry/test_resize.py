from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.geometry import resize
from PIL import Image

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

some = settings(max_examples=12)
sides = st.sampled_from([1, 2, 3, 7, 16, 33, 64]) | st.integers(1, 40)
sizes = st.tuples(sides, sides)
METHODS = ["area", "linear", "cubic", "lanczos", "nearest"]
methods = st.sampled_from(METHODS)


def coverage(old, new):
    """Weights (new, old) of the old pixels that each new one covers; a new one weighs `old`."""
    begin = np.arange(new)[:, np.newaxis] * old
    left = np.arange(old)[np.newaxis] * new
    return np.maximum(0, np.minimum(begin + old, left + new) - np.maximum(begin, left))


def between(old, new):
    """Weights (new, old) of the two old pixels whose centers each new center lies between."""
    at = (np.arange(new) + 0.5) * old / new - 0.5
    left = np.floor(at).astype(int)
    weights = np.zeros((new, old))
    for pixel, share in ((left, 1 - (at - left)), (left + 1, at - left)):
        np.add.at(weights, (np.arange(new), np.clip(pixel, 0, old - 1)), share)
    return weights


def keys(old, new):
    """Weights (new, old) of Keys' cubic with a = -3/4 through the four nearest pixels."""
    weights = np.zeros((new, old))
    # whole numbers, over 2 new: a distance of 0, 1 or 2 is exactly that
    twice = (2 * np.arange(new) + 1) * old - new
    for pixel in (twice // (2 * new) + k for k in (-1, 0, 1, 2)):
        d = np.abs(twice - 2 * new * pixel) / (2 * new)
        inner = 1.25 * d**3 - 2.25 * d**2 + 1
        outer = -0.75 * (d**3 - 5 * d**2 + 8 * d - 4)
        share = np.where(d < 1, inner, np.where(d < 2, outer, 0))
        share[d == 1] = 0
        np.add.at(weights, (np.arange(new), np.clip(pixel, 0, old - 1)), share)
    return weights


def three_lobes(old, new):
    """Weights (new, old) of Lanczos' window, as wide as the shrinking asks for."""
    wider = max(old / new, 1)
    center = (np.arange(new)[:, np.newaxis] + 0.5) * old / new
    t = (np.arange(old) + 0.5 - center) / wider
    # Pillow's window: its ends are rounded, which may leave out a pixel or count one more.
    begin = np.maximum(center - 3 * wider + 0.5, 0).astype(int)
    end = (center + 3 * wider + 0.5).astype(int)
    inside = (np.arange(old) >= begin) & (np.arange(old) < end) & (t >= -3) & (t < 3)
    weights = np.where(inside, np.sinc(t) * np.sinc(t / 3), 0)
    return weights / weights.sum(axis=1, keepdims=True)


def center_in(old, new):
    """Weights (new, old): 1 where the new center lies in the old pixel or on its first edge."""
    return np.eye(old)[(2 * np.arange(new) + 1) * old // (2 * new)]


WEIGHTS = {
    "area": lambda old, new: coverage(old, new) / old,
    "linear": between,
    "cubic": keys,
    "lanczos": three_lobes,
    "nearest": center_in,
}


def resample(image, size, weights_of):
    """Weigh rows, then columns; exact for whole numbers, whose sums stay below 2^53."""
    rows, columns = (
        weights_of(old, new).astype(np.float64) for old, new in zip(image.shape, size, strict=False)
    )
    return np.einsum("yh,hw...,xw->yx...", rows, image.astype(np.float64), columns, optimize=True)


# how far uint8 may be from the exact value: half for rounding, and what fixed point adds
FIXED_POINT = {"linear": 1, "cubic": 0.54, "lanczos": 0.6}


def reference(image, size, method):
    """Follow the definition; uint8 in whole numbers where it is exact."""
    if image.dtype == np.uint8 and method == "area":
        area = image.shape[0] * image.shape[1]
        totals = resample(image, size, coverage)
        return (2 * totals.astype(np.int64) + area) // (2 * area)
    exact = resample(image, size, WEIGHTS[method])
    return np.clip(exact, 0, 255) if image.dtype == np.uint8 else exact


@some
@given(images(min_side=1), sizes, methods)
def test_matches_reference(image, size, method):
    actual = resize(image, size, method)
    expected = reference(image, size, method)
    assert actual.dtype == image.dtype
    assert actual.shape == size + image.shape[2:]
    if image.dtype == np.float32:
        np.testing.assert_allclose(actual, expected, rtol=0, atol=3e-6 * np.abs(image).max())
    elif method in FIXED_POINT:
        np.testing.assert_allclose(actual, expected, rtol=0, atol=FIXED_POINT[method])
    else:
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("channels", [None, 3, 4])
@pytest.mark.parametrize("size", [(7, 26), (37, 200), (30, 3), (31, 500)])
def test_rows_longer_than_registers_match(channels, size):
    """Every way of the kernels: near and far taps, few and many, all of uint8's channels."""
    image = large((30, 211) if channels is None else (30, 211, channels))
    for method in METHODS:
        for picture in (image, image.astype(np.float32)):
            expected = reference(picture, size, method)
            exact = picture.dtype == np.uint8 and method in ("area", "nearest")
            atol = 0 if exact else 1 if picture.dtype == np.uint8 else 1e-3
            np.testing.assert_allclose(resize(picture, size, method), expected, rtol=0, atol=atol)


@some
@given(images(channels=(None, 1, 3, 4), min_side=1), sizes)
def test_linear_follows_opencv(image, size):
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_LINEAR)
    actual = resize(image, size, "linear")
    atol = 1 if image.dtype == np.uint8 else 1e-5 * np.abs(image).max()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape).astype(float), rtol=0, atol=atol)


@some
@given(images(channels=(None, 1, 3, 4), min_side=1), st.data())
def test_shrinking_area_follows_opencv(image, data):
    size = tuple(data.draw(st.integers(1, extent)) for extent in image.shape[:2])
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_AREA)
    actual = resize(image, size)
    atol = 1 if image.dtype == np.uint8 else 1e-5 * np.abs(image).max()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape).astype(float), rtol=0, atol=atol)


@some
@given(images(channels=(None, 1, 3, 4), min_side=1), sizes)
def test_cubic_follows_opencv(image, size):
    """OpenCV has positions in float32: 1e-4 of a pixel is what it may be off here."""
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_CUBIC)
    actual = resize(image, size, "cubic")
    atol = 1 if image.dtype == np.uint8 else 1e-4 * np.abs(image).max()
    np.testing.assert_allclose(actual, peer.reshape(actual.shape).astype(float), rtol=0, atol=atol)


@pytest.mark.parametrize("channels", [None, 3])
@pytest.mark.parametrize("size", [(37, 90), (37, 400), (300, 100), (301, 401), (8, 9)])
@pytest.mark.parametrize("dark", [0, 255])
def test_lanczos_of_bytes_is_rounded_once(dark, size, channels):
    """Within 1 of the exact values rounded, whichever sides shrink; noise of black and white, too.

    What lies past 0 and 255 between the two axes must not be cut off there.
    """
    image = large((120, 160) if channels is None else (120, 160, channels))
    if dark:
        image = np.where(image < 128, 0, 255).astype(np.uint8)
    once = np.floor(reference(image, size, "lanczos") + 0.5)
    np.testing.assert_allclose(resize(image, size, "lanczos"), once, rtol=0, atol=1)


@pytest.mark.parametrize(
    ("shape", "size"), [((20000, 3), (2, 3)), ((3, 20000), (3, 2)), ((9000, 70), (31, 7))]
)
def test_lanczos_of_bytes_adds_many_taps(shape, size):
    image = large(shape)
    expected = reference(image, size, "lanczos")
    np.testing.assert_allclose(resize(image, size, "lanczos"), expected, rtol=0, atol=0.8)


@some
@given(images(channels=(None, 3), min_side=1), sizes)
def test_lanczos_follows_pillow(image, size):
    """Within 1e-5 for floats. Pillow rounds bytes and cuts them off after either axis.

    So gray ones are taken here, whose weighted sums stay between 0 and 255.
    """
    if image.dtype == np.float32 and image.ndim == 3:
        image = image[..., 0]
    if image.dtype == np.uint8:
        image = 100 + image // 5
    image = np.ascontiguousarray(image)
    peer = np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.LANCZOS))
    actual = resize(image, size, "lanczos")
    atol = 2 if image.dtype == np.uint8 else 1e-5 * np.abs(image).max()
    np.testing.assert_allclose(actual.astype(float), peer.astype(float), rtol=0, atol=atol)


def certain(old, new):
    """Tell which new centers lie so far from borders that positions may be rounded."""
    distance = ((2 * np.arange(new) + 1) * old / (2 * new) + 0.5) % 1 - 0.5
    return np.abs(distance) > 2e-3


@some
@given(images(channels=(None, 1, 3, 4), min_side=1), sizes)
def test_nearest_follows_opencv_and_pillow(image, size):
    actual = resize(image, size, "nearest")
    where = np.ix_(*(certain(*sides) for sides in zip(image.shape, size, strict=False)))
    peer = cv2.resize(image.copy(), size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
    np.testing.assert_array_equal(actual[where], peer.reshape(actual.shape)[where])
    if image.dtype == np.uint8 and (image.ndim == 2 or image.shape[2] == 3):
        pillow = Image.fromarray(np.ascontiguousarray(image))
        pillow = pillow.resize(size[::-1], Image.Resampling.NEAREST)
        np.testing.assert_array_equal(actual[where], np.asarray(pillow)[where])


@some
@given(images(min_side=1), sizes, methods)
def test_out_is_written_and_returned(image, size, method):
    out = np.empty((size[0], 2 * size[1] + 1, *image.shape[2:]), image.dtype)[:, : size[1]]
    assert resize(image, size, method, out=out) is out
    np.testing.assert_array_equal(out, resize(image, size, method))


@some
@given(images(), methods)
def test_same_size_is_the_same_image(image, method):
    np.testing.assert_array_equal(resize(image, image.shape[:2], method), image)


@some
@given(images(min_side=1), st.integers(1, 4), st.integers(1, 4))
def test_area_undoes_whole_enlargement(image, down, across):
    """Each pixel repeated and averaged again; float sums of equal values may round."""
    enlarged = resize(image, (image.shape[0] * down, image.shape[1] * across))
    np.testing.assert_array_equal(enlarged, image.repeat(down, 0).repeat(across, 1))
    restored = resize(enlarged, image.shape[:2])
    rtol = 0 if image.dtype == np.uint8 else 1e-6
    np.testing.assert_allclose(restored, image, rtol=rtol, atol=0)


@some
@given(images(dtypes=[np.uint8], min_side=1), sizes, st.sampled_from([0, 1]))
def test_area_flips_with_the_image(image, size, axis):
    flipped = resize(np.flip(image, axis), size)
    np.testing.assert_array_equal(flipped, np.flip(resize(image, size), axis))


@some
@given(st.integers(0, 255), sizes, sizes, methods)
def test_flat_stays_flat(value, old, new, method):
    assert (resize(np.full(old, value, np.uint8), new, method) == value).all()


@pytest.mark.parametrize("shape", [(5000, 3), (3, 5000), (2003, 1999), (1, 70001, 3)])
@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 1)])
def test_many_pixels_become_few(shape, size):
    image = large(shape)
    np.testing.assert_array_equal(resize(image, size), reference(image, size, "area"))
    as_float = image.astype(np.float32)
    expected = reference(as_float, size, "area")
    np.testing.assert_allclose(resize(as_float, size), expected, rtol=1e-5)
    if image.ndim == 2 and image.size < 10**6:
        expected = reference(as_float, size, "lanczos")
        actual = resize(as_float, size, "lanczos")
        np.testing.assert_allclose(actual, expected, rtol=0, atol=255e-5)


def test_means_are_rounded_half_up():
    """Means that lie exactly between two values, and the nearest ones below."""
    for total in range(0, 4 * 255, 7):
        values = [total // 4 + (i < total % 4) for i in range(4)]
        mean = resize(np.array([values], np.uint8), (1, 1))[0, 0]
        assert mean == int(Fraction(total, 4) + Fraction(1, 2))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [(301, 150), (901, 400), (3, 300)])
def test_threads_share_the_rows(dtype, method, size):
    image = large((600, 300), dtype)
    expected = reference(image, size, method)
    atol = 1e-3 if dtype == np.float32 else FIXED_POINT.get(method, 0)
    np.testing.assert_allclose(resize(image, size, method), expected, rtol=0, atol=atol)


@some
@given(images(), methods, st.sampled_from([(0, 0), (0, 5), (5, 0), (0, 2**23)]))
def test_empty_results(image, method, size):
    assert resize(image, size, method).shape == size + image.shape[2:]


@some
@given(
    images(dtypes=[np.float32], channels=(None, 2, 3), min_side=1),
    sizes,
    methods,
    st.sampled_from([np.nan, np.inf]),
    st.data(),
)
def test_only_what_weighs_in_matters(image, size, method, bad, data):
    """A new pixel is finite exactly where all pixels of some weight are."""
    image = image.copy()
    image[data.draw(st.integers(0, len(image) - 1)), 0] = bad
    wrong = ~np.isfinite(image)
    touched = resample(wrong, size, lambda old, new: np.abs(WEIGHTS[method](old, new)))
    actual = ~np.isfinite(resize(image, size, method))
    assert actual[touched > 1e-7].all()
    assert not actual[touched < 1e-17].any()


@pytest.mark.parametrize("size", [(2, 3), [2, 3], np.array([2, 3]), (np.int64(2), np.uint8(3))])
def test_takes_any_two_whole_numbers(size):
    assert resize(np.zeros((4, 4), np.uint8), size).shape == (2, 3)


@pytest.mark.parametrize("size", [(2.0, 3), (True, 2), ("2", 3)])
def test_refuses_sizes_of_another_kind(size):
    with pytest.raises(TypeError, match=r"^size must be a whole number"):
        resize(np.zeros((4, 4), np.uint8), size)


@pytest.mark.parametrize("out", [np.zeros((2, 2), np.uint8), np.zeros((3, 2), np.float32)])
def test_refuses_what_it_cannot_write_to(out):
    with pytest.raises((ValueError, TypeError), match=r"^out must"):
        resize(np.zeros((4, 4), np.uint8), (3, 2), out=out)


@pytest.mark.parametrize(
    ("shape", "size", "method", "message"),
    [
        ((4, 4), (2, 2), "cubist", "^method must be 'area', .* or 'nearest', got 'cubist'"),
        ((4, 4), (-1, 2), "area", "^size must not be negative"),
        ((4, 4), (2**23 + 1, 0), "area", "must be at most 8388608"),
        ((4, 4), (2, 2**40), "area", "^size must be"),
        ((4, 4), (2,), "area", r"^size must be \(height, width\)"),
        ((4, 4), (2, 2, 3), "area", r"^size must be \(height, width\)"),
        ((4, 4), 5, "area", r"^size must be \(height, width\)"),
        ((4, 4), "22", "area", r"^size must be \(height, width\)"),
        ((0, 4), (2, 2), "area", "^image must not be empty"),
        ((4, 0), (2, 2), "linear", "^image must not be empty"),
    ],
)
def test_refuses_values_out_of_range(shape, size, method, message):
    with pytest.raises(ValueError, match=message):
        resize(np.zeros(shape, np.uint8), size, method)

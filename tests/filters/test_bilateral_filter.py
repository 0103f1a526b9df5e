import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import bilateral_filter

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

PAD = {
    "reflect101": "reflect",
    "reflect": "symmetric",
    "replicate": "edge",
    "wrap": "wrap",
    "constant": "constant",
}
OPENCV = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
}
CHANNELS = (None, 1, 2, 3, 4)

borders = st.sampled_from(sorted(PAD))
sigmas = st.tuples(st.floats(0.5, 120), st.floats(0.4, 6))
ksizes = st.none() | st.integers(0, 5).map(lambda n: 2 * n + 1)


def radius_of(sigma_space, ksize):
    return max(ksize // 2 if ksize else round(1.5 * sigma_space), 1)


def reference(image, sigma_color, sigma_space, ksize, border):
    """Weigh and add in float64, one offset at a time."""
    if image.size == 0:
        return image.astype(np.float64)
    shape = image.shape
    planes = image.reshape(shape[0], shape[1], -1).astype(np.float64)
    radius = radius_of(sigma_space, ksize)
    width = ((radius, radius), (radius, radius), (0, 0))
    padded = np.pad(planes, width, mode=PAD[border])
    total, weights = np.zeros_like(planes), np.zeros(shape[:2])
    for dy in range(2 * radius + 1):
        for dx in range(2 * radius + 1):
            squared = (dy - radius) ** 2 + (dx - radius) ** 2
            if squared > radius**2:
                continue
            tap = padded[dy : dy + shape[0], dx : dx + shape[1]]
            apart = np.abs(tap - planes).sum(axis=2)
            power = squared / sigma_space**2 + apart**2 / sigma_color**2
            weight = np.exp(-0.5 * power)
            weights += weight
            total += weight[..., None] * tap
    return (total / weights[..., None]).reshape(shape)


def assert_close(actual, expected, image):
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        assert np.abs(actual - expected).max(initial=0) <= 0.6
    else:
        scale = np.abs(image).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * scale)


@settings(max_examples=25)
@given(images(channels=CHANNELS), sigmas, ksizes, borders)
def test_matches_reference(image, sigmas, ksize, border):
    actual = bilateral_filter(image, *sigmas, ksize=ksize, border=border)
    assert_close(actual, reference(image, *sigmas, ksize, border), image)


@settings(max_examples=25)
@given(images(channels=(None, 1, 3), min_side=1), sigmas, ksizes, st.sampled_from(sorted(OPENCV)))
def test_follows_opencv(image, sigmas, ksize, border):
    peer = cv2.bilateralFilter(image.copy(), ksize or 0, *sigmas, borderType=OPENCV[border])
    actual = bilateral_filter(image, *sigmas, ksize=ksize, border=border)
    difference = np.abs(actual.astype(np.float64) - peer.reshape(image.shape))
    # OpenCV reads the weights of floats off a table of 4,096 entries.
    assert difference.max() <= (1 if image.dtype == np.uint8 else 2e-4 * np.abs(image).max())


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(301, 407), (120, 331, 3)])
@pytest.mark.parametrize("sigma_color", [12, 60, 300])
def test_threads_share_the_rows(dtype, shape, sigma_color):
    """Colors near each other, farther apart, and all: each has loops of its own."""
    image = large(shape, dtype)
    actual = bilateral_filter(image, sigma_color, 1.4, border="wrap")
    assert_close(actual, reference(image, sigma_color, 1.4, None, "wrap"), image)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_wide_neighborhoods_in_tiles(dtype):
    """Sums of more taps than 32 bits hold, windows of more rows than fit the workspace."""
    image = large((5, 2000), dtype)
    expected = reference(image[:, -400:], 200, 40, 61, "replicate")
    actual = bilateral_filter(image, 200, 40, ksize=61, border="replicate")
    assert_close(actual[:, -300:], expected[:, -300:], image[:, -300:])


@pytest.mark.parametrize("border", sorted(PAD))
def test_kernel_larger_than_the_image(border):
    image = large((3, 5))
    actual = bilateral_filter(image, 50, 9, ksize=31, border=border)
    assert_close(actual, reference(image, 50, 9, 31, border), image)


@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_weighs_nothing(value, channels):
    image = large((20, 30, *channels), np.float32)
    image[7, 9] = value
    actual = bilateral_filter(image, 50, 2)
    np.testing.assert_array_equal(actual[7, 9], image[7, 9])
    rest = np.ones((20, 30), bool)
    rest[7, 9] = False
    assert np.isfinite(actual[rest]).all()
    without = image.copy()
    without[7, 9] = 1e30  # too different from everything to weigh anything
    np.testing.assert_array_equal(actual[rest], bilateral_filter(without, 50, 2)[rest])


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty_like(image)
    assert bilateral_filter(image, out=out) is out
    np.testing.assert_array_equal(out, bilateral_filter(image))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sigma_color": 0}, "^sigma_color must be finite and positive"),
        ({"sigma_color": np.nan}, "^sigma_color must be finite and positive"),
        ({"sigma_space": -1}, "^sigma_space must be finite and positive"),
        ({"sigma_space": np.inf}, "^sigma_space must be finite and positive"),
        ({"sigma_space": 1e6}, "^sigma_space must be at most"),
        ({"ksize": 4}, "^ksize must be odd"),
        ({"ksize": -1}, "^ksize must be odd"),
        ({"ksize": 257}, "^ksize must be odd"),
        ({"border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        bilateral_filter(np.zeros(shape, np.uint8), **arguments)


def test_refuses_too_many_channels():
    with pytest.raises(ValueError, match="at most 4 channels, got 5"):
        bilateral_filter(np.zeros((4, 4, 5), np.uint8))

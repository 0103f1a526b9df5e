import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import nl_means

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

PAD = {
    "reflect101": "reflect",
    "reflect": "symmetric",
    "replicate": "edge",
    "wrap": "wrap",
    "constant": "constant",
}

borders = st.sampled_from(sorted(PAD))
strengths = st.floats(1, 200)
sizes = st.integers(0, 3).map(lambda n: 2 * n + 1)


def reference(image, h, patch_size, window_size, border):
    """Compare every patch with every other in float64."""
    if image.size == 0:
        return image.astype(np.float64)
    shape = image.shape
    height, width = shape[:2]
    p, w = patch_size // 2, window_size // 2
    reach = ((p + w, p + w), (p + w, p + w), (0, 0))
    padded = np.pad(image.reshape(height, width, -1).astype(np.float64), reach, mode=PAD[border])
    middle = padded[w : w + height + 2 * p, w : w + width + 2 * p]
    total, weights = 0.0, 0.0
    for dy in range(window_size):
        for dx in range(window_size):
            other = padded[dy : dy + height + 2 * p, dx : dx + width + 2 * p]
            squares = ((middle - other) ** 2).mean(axis=2)
            patches = np.lib.stride_tricks.sliding_window_view(squares, (patch_size, patch_size))
            weight = np.exp(-patches.mean(axis=(2, 3)) / h**2)
            weight[weight < 1e-3] = 0
            weights = weights + weight
            total = total + weight[..., None] * other[p : p + height, p : p + width]
    return (total / weights[..., None]).reshape(shape)


def assert_close(actual, expected, image):
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.size == 0:
        return
    # A weight of just a thousandth may count or not.
    whole = image.dtype == np.uint8
    most = 0.002 * 255 + 0.5 if whole else 0.003 * np.abs(image).max() + 1e-20
    difference = np.abs(actual - expected)
    assert difference.max() <= most
    usual = 0.501 if whole else 1e-5 * np.abs(image).max() + 1e-20
    assert np.quantile(difference, 0.9) <= usual


@settings(max_examples=15)
@given(images(channels=(None, 1, 2, 3, 4)), strengths, sizes, sizes, borders)
def test_matches_reference(image, h, patch_size, window_size, border):
    actual = nl_means(image, h, patch_size=patch_size, window_size=window_size, border=border)
    assert_close(actual, reference(image, h, patch_size, window_size, border), image)


@settings(max_examples=10)
@given(
    images(dtypes=[np.uint8], channels=(None, 3), min_side=1), st.floats(3, 60),
    st.sampled_from([3, 5, 7]), st.sampled_from([3, 9, 21]),
)  # fmt: skip
def test_follows_opencv(image, h, patch_size, window_size):
    peer = cv2.fastNlMeansDenoising(image.copy(), None, h, patch_size, window_size)
    actual = nl_means(image, h, patch_size=patch_size, window_size=window_size)
    difference = np.abs(actual.astype(int) - peer.reshape(image.shape))
    assert difference.max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(90, 603), (70, 90, 3)])
def test_threads_share_the_rows(dtype, shape):
    """Wide enough for several tiles of columns, high enough for several threads."""
    image = large(shape, dtype)
    actual = nl_means(image, 60, patch_size=3, window_size=7, border="wrap")
    assert_close(actual, reference(image, 60, 3, 7, "wrap"), image)


@pytest.mark.parametrize("border", sorted(PAD))
def test_window_larger_than_the_image(border):
    image = large((3, 5))
    actual = nl_means(image, 50, patch_size=9, window_size=31, border=border)
    assert_close(actual, reference(image, 50, 9, 31, border), image)


def test_takes_noise_away_and_leaves_edges():
    clean = np.full((60, 80), 60, np.uint8)
    clean[:, 40:] = 180
    noise = np.random.default_rng(0).normal(0, 10, clean.shape)
    noisy = np.clip(clean + noise, 0, 255).astype(np.uint8)
    result = nl_means(noisy, 12).astype(int)
    assert np.abs(result - clean).mean() < np.abs(noisy.astype(int) - clean).mean() / 3
    assert (result[:, 39] < 90).all()
    assert (result[:, 40] > 150).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_reach(value):
    """A patch that is not finite weighs nothing; far pixels do not notice."""
    image = large((40, 60), np.float32)
    clean = nl_means(image, 80, patch_size=3, window_size=5)
    image[20, 30] = value
    actual = nl_means(image, 80, patch_size=3, window_size=5)
    far = np.ones(image.shape, bool)
    far[16:25, 26:35] = False
    np.testing.assert_array_equal(actual[far], clean[far])
    near = ~far
    near[19:22, 29:32] = False
    assert np.isfinite(actual[near]).all()


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty_like(image)
    assert nl_means(image, window_size=5, out=out) is out
    np.testing.assert_array_equal(out, nl_means(image, window_size=5))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"h": 0}, "^h must be finite and positive"),
        ({"h": np.inf}, "^h must be finite and positive"),
        ({"patch_size": 4}, "^patch_size must be odd"),
        ({"patch_size": 33}, "^patch_size must be odd"),
        ({"window_size": 0}, "^window_size must be odd"),
        ({"window_size": 103}, "^window_size must be odd"),
        ({"border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        nl_means(np.zeros(shape, np.uint8), **arguments)


def test_refuses_too_many_channels():
    with pytest.raises(ValueError, match="at most 4 channels, got 5"):
        nl_means(np.zeros((4, 4, 5), np.uint8))

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.compress import quantize_colors
from imgmine.metrics import mse
from PIL import Image

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def photo_like(shape, seed=0):
    """Return a few smooth colors with noise on them."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0], : shape[1]]
    waves = np.stack([np.sin(x / 40 + c) * np.cos(y / (30 + 9 * c)) for c in range(3)], -1)
    return np.clip(128 + 110 * waves + rng.normal(0, 6, (*shape, 3)), 0, 255).astype(np.uint8)


@settings(max_examples=25)
@given(images(dtypes=[np.uint8], channels=(3,)), st.integers(1, 256), st.integers(0, 10))
def test_every_pixel_gets_the_nearest_color(image, k, iterations):
    indices, palette = quantize_colors(image, k, iterations=iterations, return_palette=True)
    assert indices.dtype == palette.dtype == np.uint8
    assert indices.shape == image.shape[:2]
    assert palette.shape[1:] == (3,)
    assert len(np.unique(palette, axis=0)) == len(palette) <= k
    if image.size:
        apart = image[:, :, None].astype(int) - palette.astype(int)
        np.testing.assert_array_equal(indices, (apart**2).sum(axis=3).argmin(axis=2))
    actual = quantize_colors(image, k, iterations=iterations)
    assert actual.shape == image.shape
    if image.size:
        np.testing.assert_array_equal(actual, palette[indices])


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_few_colors_are_kept(n, seed):
    """Colors that are apart are found as they are."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(32**3, n, replace=False)
    colors = np.stack([cells >> 10, cells >> 5 & 31, cells & 31], -1) * 8 + rng.integers(0, 8, 3)
    image = colors[rng.permutation(np.arange(1024) % n).reshape(32, 32)].astype(np.uint8)
    np.testing.assert_array_equal(quantize_colors(image, max(n, 1)), image)


@pytest.mark.parametrize("k", [2, 16, 64])
def test_loses_less_than_pillow(k):
    """Less than its median cut with k-means, but for a little: ours is of rounded colors."""
    image = photo_like((90, 120))
    peer = Image.fromarray(image).quantize(k, Image.Quantize.MEDIANCUT, kmeans=10)
    theirs = np.asarray(peer.convert("RGB"))
    assert mse(quantize_colors(image, k), image) <= 1.05 * mse(theirs, image)


def test_k_means_helps():
    image = photo_like((90, 120), 1)
    plain = mse(quantize_colors(image, 12, iterations=0), image)
    assert mse(quantize_colors(image, 12), image) < 0.95 * plain


def test_threads_share_the_rows():
    image = large((1001, 903, 3))
    indices, palette = quantize_colors(image, 9, return_palette=True)
    apart = image[::50, :, None].astype(int) - palette.astype(int)
    np.testing.assert_array_equal(indices[::50], (apart**2).sum(axis=3).argmin(axis=2))


def test_out_is_written_and_returned():
    image = photo_like((40, 50))
    out = np.empty_like(image)
    assert quantize_colors(image, 5, out=out) is out
    np.testing.assert_array_equal(out, quantize_colors(image, 5))
    with pytest.raises(ValueError, match=r"^out must not be given with return_palette"):
        quantize_colors(image, 5, out=out, return_palette=True)


@pytest.mark.parametrize(
    ("k", "arguments", "message"),
    [
        (0, {}, "^k must be from 1 to 256, got 0"),
        (257, {}, "^k must be from 1 to 256, got 257"),
        (4, {"iterations": -1}, "^iterations must not be negative, got -1"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4, 3), (0, 4, 3)])
def test_refuses_values_out_of_range(k, arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        quantize_colors(np.zeros(shape, np.uint8), k, **arguments)


def test_refuses_other_images():
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        quantize_colors(np.zeros((4, 4, 3), np.float32), 4)
    with pytest.raises(ValueError, match=r"^image must have shape \(H, W, 3\), got \(4, 4\)"):
        quantize_colors(np.zeros((4, 4), np.uint8), 4)

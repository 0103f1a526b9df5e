import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.compress import dct_compress
from imgmine.metrics import mse
from scipy.fft import dctn, idctn

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def transformed(image):
    """Return the coefficients of every block: (rows of blocks, blocks, channels, 8, 8)."""
    planes = image.reshape(*image.shape[:2], -1).astype(np.float64)
    height, width = planes.shape[:2]
    planes = np.pad(planes, ((0, -height % 8), (0, -width % 8), (0, 0)), mode="edge")
    blocks = planes.reshape(planes.shape[0] // 8, 8, planes.shape[1] // 8, 8, -1)
    return dctn(blocks.transpose(0, 2, 4, 1, 3), axes=(3, 4), norm="ortho")


def restored(coefficients, shape):
    blocks = idctn(coefficients, axes=(3, 4), norm="ortho").transpose(0, 3, 1, 4, 2)
    whole = blocks.reshape(blocks.shape[0] * 8, blocks.shape[2] * 8, -1)
    return whole[: shape[0], : shape[1]].reshape(shape)


def reference(image, keep):
    if image.size == 0:
        return image.astype(np.float64)
    coefficients = transformed(image)
    n = int(np.ceil(keep * coefficients.size))
    if n == 0:
        return np.zeros(image.shape)
    lowest = np.sort(np.abs(coefficients), axis=None)[-n]
    return restored(np.where(np.abs(coefficients) >= lowest, coefficients, 0), image.shape)


@given(images())
def test_everything_kept_is_the_image(image):
    actual = dct_compress(image, 1)
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    scale = np.abs(image).max(initial=0)
    np.testing.assert_allclose(actual, image, atol=0 if image.dtype == np.uint8 else 1e-5 * scale)


@settings(max_examples=25)
@given(images(), st.floats(0, 1))
def test_loses_as_little_as_the_reference(image, keep):
    """Equal magnitudes may be told apart by rounding: the errors agree, whatever is kept."""
    actual = dct_compress(image, keep).astype(np.float64)
    expected = reference(image, keep)
    if image.size:
        ours = np.sqrt(np.mean((actual - image) ** 2))
        theirs = np.sqrt(np.mean((expected - image) ** 2))
        scale = np.abs(image).max()
        assert ours <= theirs + (0.6 if image.dtype == np.uint8 else 2e-2 * theirs + 1e-5 * scale)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(403, 4203), (211, 305, 3)])
@pytest.mark.parametrize("keep", [0, 1e-4, 0.03, 0.5])
def test_matches_reference_on_noise(dtype, shape, keep):
    """No two magnitudes are alike here, but for rounding."""
    image = large(shape, dtype)
    actual = dct_compress(image, keep)
    expected = reference(image, keep)
    difference = np.abs(actual - expected)
    # Coefficients next to the smallest that is kept may go the other way: some of uint8's are
    # whole numbers of eighths, and many are equal.
    limit = 0.51 if dtype == np.uint8 else 2e-3
    assert (difference > limit).mean() < 0.05
    assert difference.max() < np.abs(image).max() * 0.3
    if dtype == np.uint8:
        expected = np.rint(expected.clip(0, 255))
    error, least = mse(actual, image), np.mean((expected - image) ** 2)
    assert error == pytest.approx(least, rel=1e-3, abs=0.1 if dtype == np.uint8 else 1e-3)


def test_keeping_more_loses_less():
    image = large((200, 300))
    errors = [mse(dct_compress(image, keep), image) for keep in (0.01, 0.1, 0.3, 0.9, 1)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] == 0


def test_nan_spoils_its_block_only():
    image = large((40, 48), np.float32)
    clean = dct_compress(image, 1)
    image[12, 20] = np.nan
    actual = dct_compress(image, 1)
    assert np.isnan(actual[8:16, 16:24]).all()
    actual[8:16, 16:24] = clean[8:16, 16:24]
    np.testing.assert_array_equal(actual, clean)


def test_out_is_written_and_returned():
    image = large((19, 40, 3))
    out = np.empty_like(image)
    assert dct_compress(image, 0.2, out=out) is out
    np.testing.assert_array_equal(out, dct_compress(image, 0.2))


@pytest.mark.parametrize("keep", [-0.1, 1.1, np.nan, np.inf])
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_shares_out_of_range(keep, shape):
    with pytest.raises(ValueError, match=r"^keep must be from 0 to 1"):
        dct_compress(np.zeros(shape, np.uint8), keep)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import flat_field

from ..strategies import LAYOUTS, images, large, values_of

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

dtypes = st.sampled_from([np.uint8, np.float32])


def reference(image, flat, dark=None):
    image, flat = image.astype(np.float64), flat.astype(np.float64)
    dark = np.zeros(image.shape) if dark is None else dark.astype(np.float64)
    signal, light = image - dark, flat - dark
    out = signal.copy()
    channels = [()] if image.ndim == 2 else [(..., c) for c in range(image.shape[2])]
    for c in channels:
        known = light[c] > 0
        if known.any():
            out[c][known] *= light[c][known].mean() / light[c][known]
    return out


@given(images(), dtypes, st.none() | dtypes, st.data())
def test_matches_reference(image, flat_dtype, dark_dtype, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    layout = LAYOUTS[data.draw(st.sampled_from(sorted(LAYOUTS)))]
    flat = layout(np.abs(values_of(rng, image.shape, flat_dtype, "spread")) // 2 + flat_dtype(9))
    dark = None
    if dark_dtype:
        dark = rng.integers(0, 12, image.shape).astype(dark_dtype)
    actual = flat_field(image, flat, dark)
    expected = reference(image, flat, dark)
    assert actual.dtype == image.dtype
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        np.testing.assert_allclose(actual, expected.clip(0, 255), atol=0.501)
    else:
        near = 2e-6 * np.abs(expected).max(initial=0)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=near)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(901, 801), (601, 501, 3), (601, 301, 4)])
def test_threads_share_the_rows(dtype, shape):
    image, flat = np.abs(large(shape, dtype)), np.abs(large(shape, dtype))[::-1]
    dark = (large(shape) // 16).astype(dtype)
    expected = reference(image, flat, dark)
    if dtype == np.uint8:
        actual = flat_field(image, flat, dark)
        np.testing.assert_allclose(actual, expected.clip(0, 255), atol=0.502)
    else:
        np.testing.assert_allclose(flat_field(image, flat, dark), expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_where_nothing_is_known(dtype):
    """A pixel that gets no light, or less than none, only loses its dark value."""
    image = np.full((2, 40), 50, dtype)
    flat, dark = np.full((2, 40), 100, dtype), np.full((2, 40), 10, dtype)
    flat[0, 3], flat[1, 39] = 10, 4
    actual = flat_field(image, flat, dark)
    assert (actual == 40).all()
    assert (flat_field(image, np.zeros_like(flat)) == image).all()


def test_nan_and_infinity_stay_where_they_are():
    flat = np.full((3, 40), 100, np.float32)
    image = flat / 2
    flat[0, 1] = np.nan
    image[1, 2], image[2, 3] = np.nan, np.inf
    actual = flat_field(image, flat)
    assert np.isnan(actual[1, 2])
    assert actual[2, 3] == np.inf
    image[1, 2] = image[2, 3] = actual[1, 2] = actual[2, 3] = 50
    assert (actual == 50).all()
    assert flat_field(np.uint8([[7, 7]]), np.float32([[np.nan, 5]])).tolist() == [[7, 7]]
    dark = np.float32([[np.nan, 0]])
    assert flat_field(np.uint8([[7, 7]]), np.float32([[5, 5]]), dark).tolist() == [[0, 7]]


def test_an_even_flat_changes_nothing():
    image = large((30, 40, 3))
    np.testing.assert_array_equal(flat_field(image, np.full_like(image, 77)), image)


def test_out_is_written_and_returned():
    image, flat = large((9, 40, 3)), large((9, 40, 3)) // 2 + 60
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert flat_field(image, flat, out=out) is out
    np.testing.assert_array_equal(out, flat_field(image, flat))
    for frames in ((flat,), (image + 1, flat)):
        with pytest.raises(ValueError, match=r"^out must not overlap flat or dark"):
            flat_field(image, *frames, out=flat)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_other_frames(shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(ValueError, match=r"^flat must have the shape of image"):
        flat_field(image, np.zeros((5, 4), np.uint8))
    with pytest.raises(ValueError, match=r"^dark must have the shape of image"):
        flat_field(image, image, np.zeros((*shape, 1), np.uint8))
    with pytest.raises(TypeError, match=r"^flat must be uint8 or float32, got float64"):
        flat_field(image, np.zeros(shape))
    with pytest.raises(TypeError, match=r"^dark must be uint8 or float32, got int64"):
        flat_field(image, image, np.zeros(shape, np.int64))

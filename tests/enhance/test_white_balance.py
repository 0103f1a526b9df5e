import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import white_balance

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

options = st.one_of(
    st.just({"method": "gray_world"}),
    st.sampled_from([100.0, 99.0, 50.0, 0.001]).map(
        lambda q: {"method": "white_patch", "percentile": q}
    ),
    st.sampled_from([1, 2, 6, 2.5, 40, np.inf]).map(lambda p: {"method": "shades_of_gray", "p": p}),
)


def light_of(image, method, p=6, percentile=100):
    """Estimate by the definitions, in float64."""
    pixels = np.maximum(image.reshape(-1, 3).astype(np.float64), 0)
    if method == "white_patch":
        return np.percentile(pixels, percentile, axis=0, method="inverted_cdf")
    if p == np.inf:
        return pixels.max(0)
    p = 1 if method == "gray_world" else p
    return ((pixels / 255) ** p).mean(0) ** (1 / p)


def reference(image, **option):
    if image.size == 0:
        return image
    light = light_of(image, **option)
    return image * np.divide(light.mean(), light, out=np.ones(3), where=light > 0)


@given(images(dtypes=[np.uint8], channels=(3,)), options)
def test_uint8_matches_reference(image, option):
    actual = white_balance(image, **option)
    assert actual.dtype == np.uint8
    expected = np.clip(reference(image, **option), 0, 255)
    np.testing.assert_allclose(actual, expected, atol=0.5001)


@given(images(dtypes=[np.float32], channels=(3,)), options)
def test_float_matches_reference(image, option):
    image = np.clip(image, -1000, 2000)
    actual = white_balance(image, **option)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, reference(image, **option), rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-3, 0.05, 1, 1e4, 1e30])
@pytest.mark.parametrize("p", [2, 5.5, 40, 100])
def test_powers_too_small_or_large_for_a_float(p, scale):
    image = np.abs(large((9, 11, 3), np.float32)) * np.float32(scale) * [1, 0.1, 2]
    image = image.astype(np.float32)
    actual = white_balance(image, method="shades_of_gray", p=p)
    largest = image.max()
    light = (np.mean((image.astype(np.float64) / largest) ** p, axis=(0, 1))) ** (1 / p)
    np.testing.assert_allclose(actual, image * (light.mean() / light), rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize(
    "option",
    [
        {"method": "gray_world"},
        {"method": "white_patch", "percentile": 98},
        {"method": "shades_of_gray"},
        {"method": "shades_of_gray", "p": 3.3},
    ],
)
def test_threads_share_the_rows(dtype, option):
    image = large((601, 501, 3), dtype) * np.array([1, 0.5, 0.7], np.float32)
    image = np.abs(image).astype(dtype)
    expected = reference(image, **option)
    actual = white_balance(image, **option)
    if dtype == np.uint8:
        np.testing.assert_allclose(actual, expected.clip(0, 255), atol=0.5001)
    else:
        np.testing.assert_allclose(actual, expected, rtol=1e-5)


def test_norms_meet_at_both_ends():
    image = large((40, 50, 3)) // np.array([1, 2, 3], np.uint8)
    ends = {1: "gray_world", np.inf: "white_patch"}
    for p, method in ends.items():
        np.testing.assert_array_equal(
            white_balance(image, "shades_of_gray", p=p), white_balance(image, method)
        )


def test_gray_light_changes_nothing():
    image = np.repeat(large((40, 50))[..., np.newaxis], 3, axis=2)
    for method in ("gray_world", "white_patch", "shades_of_gray"):
        np.testing.assert_array_equal(white_balance(image, method), image)


def test_nan_and_infinity():
    """NaN counts as zero in the estimate and stays; infinity leaves nothing to say."""
    image = large((20, 30, 3), np.float32)
    broken = image.copy()
    broken[3, 4] = np.nan
    image[3, 4] = 0
    for option in ({"method": "gray_world"}, {"method": "shades_of_gray"}):
        actual = white_balance(broken, **option)
        assert np.isnan(actual[3, 4]).all()
        actual[3, 4] = 0
        np.testing.assert_array_equal(actual, white_balance(image, **option))
    broken[3, 4] = np.inf
    assert np.isnan(white_balance(broken)).any()


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert white_balance(image, out=out) is out
    np.testing.assert_array_equal(out, white_balance(image))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"method": "xphoto"}, ValueError, "^method must be 'gray_world', .*, got 'xphoto'"),
        ({"method": None}, TypeError, "^method must be a string"),
        ({"p": 0.5}, ValueError, "^p must be 1 to 100 or infinite"),
        ({"p": np.nan}, ValueError, "^p must be 1 to 100 or infinite"),
        ({"p": -np.inf}, ValueError, "^p must be 1 to 100 or infinite"),
        ({"percentile": 0}, ValueError, "^percentile must be above 0 and at most 100"),
        ({"percentile": 101}, ValueError, "^percentile must be above 0 and at most 100"),
        ({"percentile": np.nan}, ValueError, "^percentile must be above 0"),
    ],
)
@pytest.mark.parametrize("height", [4, 0])
def test_refuses_values_out_of_range(arguments, error, message, height):
    with pytest.raises(error, match=message):
        white_balance(np.zeros((height, 4, 3), np.uint8), **arguments)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4)])
def test_refuses_other_than_color(shape):
    with pytest.raises(ValueError, match=r"^image must have 3 channels, got"):
        white_balance(np.zeros(shape, np.uint8))

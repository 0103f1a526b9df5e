import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import normalize

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

layouts = st.sampled_from(["HWC", "CHW"])
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def reference(image, mean, std, scale, layout):
    result = (image.astype(np.float64) * scale - mean) / std
    if layout == "HWC":
        return result
    return np.moveaxis(result, 2, 0) if image.ndim == 3 else result[np.newaxis]


@given(images(), layouts, st.booleans(), st.sampled_from([1 / 255, 1, -2]), st.data())
def test_matches_reference(image, layout, one_for_all, scale, data):
    n = 1 if one_for_all or image.ndim == 2 else image.shape[2]
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    mean, std = rng.normal(0, 100 * abs(scale), n), rng.uniform(0.1, 2, n)
    actual = normalize(image, list(mean), tuple(std), scale=scale, layout=layout)
    expected = reference(image, mean, std, scale, layout)
    assert actual.dtype == np.float32
    assert actual.shape == expected.shape
    terms = (float(np.abs(image).max(initial=0)) * abs(scale) + np.abs(mean).max()) / std.min()
    np.testing.assert_allclose(actual, expected, atol=1e-6 * terms, rtol=0)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(601, 801, 3), (601, 1801)])
@pytest.mark.parametrize("layout", ["HWC", "CHW"])
def test_threads_share_the_rows(dtype, shape, layout):
    image = large(shape, dtype)
    mean, std = (MEAN, STD) if len(shape) == 3 else (0.5, 0.25)
    expected = reference(image, mean, std, 1 / 255, layout)
    actual = normalize(image, mean, std, layout=layout)
    np.testing.assert_allclose(actual, expected, atol=2e-6 * np.abs(expected).max())


def test_follows_opencv():
    image = large((50, 70, 3))
    peer = cv2.dnn.blobFromImage(image, 1 / 60, mean=(100, 110, 120))[0]
    actual = normalize(image, (100, 110, 120), 60, scale=1, layout="CHW")
    np.testing.assert_allclose(actual, peer, atol=1e-5)


@given(images(dtypes=[np.uint8]), layouts)
def test_dtypes_agree(image, layout):
    from_float = normalize(image.astype(np.float32), 0.4, 0.3, layout=layout)
    np.testing.assert_array_equal(normalize(image, 0.4, 0.3, layout=layout), from_float)


def test_nan_and_infinity_stay():
    image = np.float32([[np.nan, np.inf, -np.inf, 0]])
    actual = normalize(image, 0, 1)[0]
    assert np.isnan(actual[0])
    assert actual[1:].tolist() == [np.inf, -np.inf, 0]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_out_is_written_and_returned(dtype):
    image = large((9, 40, 3), dtype)
    frame = np.full((9, 50, 3), 7, np.float32)
    out = frame[:, 5:45]
    assert normalize(image, MEAN, STD, out=out) is out
    np.testing.assert_array_equal(out, normalize(image, MEAN, STD))
    assert (frame[:, :5] == 7).all()
    assert (frame[:, 45:] == 7).all()
    batch = np.full((3, 5, 9, 40), 7, np.float32)
    assert normalize(image, MEAN, STD, layout="CHW", out=batch[:, 2])[0, 0, 0] != 7
    np.testing.assert_array_equal(batch[:, 2], normalize(image, MEAN, STD, layout="CHW"))
    assert (batch[:, [0, 1, 3, 4]] == 7).all()


def test_refuses_other_outs():
    image = np.zeros((4, 5, 3), np.uint8)
    with pytest.raises(TypeError, match=r"^out must be float32, got uint8"):
        normalize(image, 0, 1, out=np.zeros_like(image))
    with pytest.raises(ValueError, match=r"^out must have shape \(3, 4, 5\), got"):
        normalize(image, 0, 1, layout="CHW", out=np.zeros((4, 5, 3), np.float32))
    with pytest.raises(TypeError, match=r"^out must be a NumPy array"):
        normalize(image, 0, 1, out=[1])
    image = image.astype(np.float32)
    with pytest.raises(ValueError, match=r"^out must not overlap"):
        normalize(image, 0, 1, out=image)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.nan, 1), ValueError, "^mean must be finite"),
        (([0, 0], 1), ValueError, "^mean must be one number or one for each of 3 channels, got 2"),
        (([], 1), ValueError, "^mean must be one number or one for each of 3 channels, got 0"),
        (([[0, 0, 0]], 1), ValueError, "^mean must be one number or one for each channel"),
        ((0, 0), ValueError, "^std must be positive"),
        ((0, [1, 1, -1]), ValueError, "^std must be positive"),
        ((0, np.inf), ValueError, "^std must be finite"),
        (("a", 1), TypeError, "^mean must hold numbers"),
    ],
)
@pytest.mark.parametrize("height", [4, 0])
def test_refuses_values_out_of_range(arguments, error, message, height):
    with pytest.raises(error, match=message):
        normalize(np.zeros((height, 4, 3), np.uint8), *arguments)


@pytest.mark.parametrize("height", [4, 0])
def test_refuses_other_options(height):
    image = np.zeros((height, 4, 3), np.uint8)
    with pytest.raises(ValueError, match=r"^layout must be 'HWC' or 'CHW', got 'NCHW'"):
        normalize(image, 0, 1, layout="NCHW")
    with pytest.raises(ValueError, match=r"^scale must be finite"):
        normalize(image, 0, 1, scale=np.nan)

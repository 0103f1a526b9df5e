import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.filters import laplacian
from scipy import ndimage

from ..strategies import borders, images, large

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
CURVE = {3: [1, -2, 1], 5: [1, 0, -2, 0, 1], 7: [1, 2, -1, -4, -1, 2, 1]}
SMOOTH = {3: [1, 2, 1], 5: [1, 4, 6, 4, 1], 7: [1, 6, 15, 20, 15, 6, 1]}
KERNELS = {1: np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])} | {
    n: np.outer(SMOOTH[n], CURVE[n]) + np.outer(CURVE[n], SMOOTH[n]) for n in (3, 5, 7)
}
ksizes = st.sampled_from(sorted(KERNELS))


def reference(image, ksize, border):
    """Pad, weigh, add: in two dimensions at once."""
    kernel = KERNELS[ksize]
    wide = image.astype(np.int64 if image.dtype == np.uint8 else np.float64)
    if image.size == 0:
        return wide
    radius = len(kernel) // 2
    padded = np.pad(wide, [(radius, radius)] * 2 + [(0, 0)] * (image.ndim - 2), mode=PAD[border])
    height, width = image.shape[:2]
    return sum(
        weight * padded[i : i + height, j : j + width] for (i, j), weight in np.ndenumerate(kernel)
    )


def tolerance(image, ksize):
    return 1e-6 * np.abs(KERNELS[ksize]).sum() * np.abs(image.astype(float)).max(initial=0)


@given(images(), ksizes, borders)
def test_matches_reference(image, ksize, border):
    actual = laplacian(image, ksize=ksize, border=border)
    expected = reference(image, ksize, border)
    assert actual.shape == image.shape
    if image.dtype == np.uint8:
        assert actual.dtype == np.int16
        np.testing.assert_array_equal(actual, np.clip(expected, -32768, 32767))
        floats = laplacian(image, ksize=ksize, border=border, dtype="float32")
        assert floats.dtype == np.float32
        np.testing.assert_array_equal(floats, expected)
    else:
        assert actual.dtype == np.float32
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, ksize))


@given(images(channels=(None, 1, 3, 4), min_side=1), ksizes, st.sampled_from(sorted(OPENCV)))
def test_equals_opencv(image, ksize, border):
    image = image.copy()
    actual = laplacian(image, ksize=ksize, border=border)
    depth = cv2.CV_16S if image.dtype == np.uint8 else cv2.CV_32F
    peer = cv2.Laplacian(image, depth, ksize=ksize, borderType=OPENCV[border])
    if image.dtype == np.uint8:
        np.testing.assert_array_equal(actual, peer.reshape(image.shape))
    else:
        np.testing.assert_allclose(
            actual, peer.reshape(image.shape), rtol=1e-5, atol=tolerance(image, ksize)
        )


@settings(max_examples=10)
@given(images(dtypes=[np.uint8], channels=(None,), min_side=1))
def test_equals_scipy(image):
    np.testing.assert_array_equal(
        laplacian(image), ndimage.laplace(image.astype(int), mode="mirror")
    )


@pytest.mark.parametrize("ksize", sorted(KERNELS))
@pytest.mark.parametrize("shape", [(1000, 201), (20, 1600, 3)])
def test_large_images(ksize, shape):
    """Shared out among threads, or wider than a tile."""
    image = large(shape)
    actual = laplacian(image, ksize=ksize, border="wrap")
    np.testing.assert_array_equal(actual, np.clip(reference(image, ksize, "wrap"), -32768, 32767))
    image = large(shape, np.float32)
    actual = laplacian(image, ksize=ksize, border="constant")
    expected = reference(image, ksize, "constant")
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=tolerance(image, ksize))


@pytest.mark.parametrize("ksize", sorted(KERNELS))
@pytest.mark.parametrize("sign", [-1, 1])
def test_ends_of_the_range(ksize, sign):
    """The largest sums there can be; 7 taps saturate 16 bits."""
    kernel = KERNELS[ksize]
    image = np.where(kernel * sign > 0, 255, 0).astype(np.uint8)
    image = np.pad(image, 20)
    expected = reference(image, ksize, "constant")
    np.testing.assert_array_equal(laplacian(image, ksize=ksize), np.clip(expected, -32768, 32767))
    np.testing.assert_array_equal(laplacian(image, ksize=ksize, dtype="float32"), expected)


@pytest.mark.parametrize("ksize", sorted(KERNELS))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_spreads_what_is_not_finite(ksize, value):
    image = np.zeros((30, 40), np.float32)
    image[15, 20] = value
    radius = max(ksize // 2, 1)
    near = np.zeros(image.shape, bool)
    near[15 - radius : 16 + radius, 20 - radius : 21 + radius] = True
    actual = laplacian(image, ksize=ksize)
    assert (actual[~near] == 0).all()
    assert not np.isfinite(actual[15, 20])


def test_writes_to_out():
    image = large((40, 50))
    frame = np.full((44, 60), 99, np.int16)
    out = frame[2:42, 5:55]
    assert laplacian(image, out=out) is out
    np.testing.assert_array_equal(out, laplacian(image))
    assert (frame[:, :5] == 99).all()
    assert (frame[:, 55:] == 99).all()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ksize": 0}, "^ksize must be 1, 3, 5 or 7, got 0"),
        ({"ksize": 9}, "^ksize must be 1, 3, 5 or 7, got 9"),
        ({"border": "mirror"}, "^border must be 'reflect101', .*, got 'mirror'"),
        ({"out": np.zeros((2, 2), np.int16)}, "^out must have shape"),
    ],
)
def test_refuses_values_out_of_range(arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        laplacian(np.zeros(shape, np.uint8), **arguments)


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize(
    ("dtype", "arguments", "message"),
    [
        (np.int32, {}, "^image must be uint8 or float32, got int32"),
        (np.uint8, {"ksize": 1.0}, "^ksize must be a whole number"),
        (np.uint8, {"dtype": "uint8"}, "^dtype must be int16 or float32 .*, got uint8"),
        (np.float32, {"dtype": "int16"}, "^dtype must be float32 .*, got int16"),
        (np.uint8, {"out": np.zeros((4, 4), np.float32)}, "^out must be int16, got float32"),
    ],
)
def test_refuses_wrong_kinds(dtype, arguments, message, shape):
    with pytest.raises(TypeError, match=message):
        laplacian(np.zeros(shape, dtype), **arguments)

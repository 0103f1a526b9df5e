import cv2
import numpy as np
import pytest
from hypothesis import given
from imgmine.enhance import equalize_hist

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image):
    """Take the share of pixels that are not above, without the lowest value's."""
    if image.size == 0:
        return image
    out = np.empty_like(image)
    planes, results = np.atleast_3d(image), np.atleast_3d(out)
    for c in range(planes.shape[2]):
        counts = np.bincount(planes[..., c].ravel(), minlength=256)
        below = counts.cumsum() - counts[counts > 0][0]
        table = np.arange(256)
        if below[-1]:
            table = np.rint(below / below[-1] * 255)
        results[..., c] = table[planes[..., c]]
    return results.reshape(image.shape)


@given(images(dtypes=[np.uint8]))
def test_matches_reference(image):
    actual = equalize_hist(image)
    assert actual.dtype == np.uint8
    assert actual.shape == image.shape
    difference = np.abs(actual.astype(int) - reference(image))
    assert difference.max(initial=0) <= 1  # ties, since the definition is computed in float32


@given(images(dtypes=[np.uint8], channels=(None,), min_side=1))
def test_equals_opencv(image):
    np.testing.assert_array_equal(equalize_hist(image), cv2.equalizeHist(image.copy()))


@pytest.mark.parametrize("shape", [(1503, 1701), (400, 700), (1111, 555, 3), (700, 400, 4)])
@pytest.mark.parametrize("kind", ["noise", "smooth", "flat areas"])
def test_threads_share_the_rows(shape, kind):
    image = large(shape)
    if kind == "smooth":
        image = cv2.GaussianBlur(image, (0, 0), 3)
    if kind == "flat areas":
        image = np.where(image.astype(int).cumsum(1) % 9000 < 6000, 200, image).astype(np.uint8)
    actual = equalize_hist(image)
    for c in range(1 if len(shape) == 2 else shape[2]):
        plane = np.ascontiguousarray(np.atleast_3d(image)[..., c])
        np.testing.assert_array_equal(np.atleast_3d(actual)[..., c], cv2.equalizeHist(plane))


def test_twice_is_once():
    image = large((90, 110))
    once = equalize_hist(image)
    assert np.abs(equalize_hist(once).astype(int) - once).max() <= 1


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert equalize_hist(image, out=out) is out
    np.testing.assert_array_equal(out, equalize_hist(image))


def test_refuses_float():
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        equalize_hist(np.zeros((4, 4), np.float32))

import numpy as np
import pytest
from hypothesis import given
from imgmine.enhance import match_histograms
from skimage import exposure

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(image, wanted):
    """Take the value of the same quantile, interpolated."""
    planes, targets = np.atleast_3d(image), np.atleast_3d(wanted)
    out = np.empty(planes.shape)
    for c in range(planes.shape[2]):
        values, where, counts = np.unique(
            planes[..., c].ravel(), return_inverse=True, return_counts=True
        )
        target_values, target_counts = np.unique(targets[..., c].ravel(), return_counts=True)
        matched = np.interp(
            counts.cumsum() / counts.sum(),
            target_counts.cumsum() / target_counts.sum(),
            target_values,
        )
        out[..., c] = matched[where].reshape(planes.shape[:2]) if len(values) else 0
    return out.reshape(image.shape)


@given(
    images(dtypes=[np.uint8], channels=(None, 3)),
    images(dtypes=[np.uint8], channels=(None, 3), min_side=1),
)
def test_matches_reference(image, wanted):
    if image.ndim != wanted.ndim:
        wanted = np.dstack([wanted] * 3) if wanted.ndim == 2 else wanted[..., 0]
    actual = match_histograms(image, wanted)
    assert actual.dtype == np.uint8
    assert actual.shape == image.shape
    if image.size:
        np.testing.assert_allclose(actual, reference(image, wanted), atol=0.5000001)


@pytest.mark.parametrize("shape", [(801, 701), (501, 701, 3)])
def test_follows_scikit_image_and_threads_share_the_rows(shape):
    image, wanted = large(shape), large((90, *shape[1:])) // 3 + 60
    axis = 2 if len(shape) == 3 else None
    peer = exposure.match_histograms(image, wanted, channel_axis=axis)
    assert np.abs(match_histograms(image, wanted).astype(float) - peer).max() <= 1


@given(images(dtypes=[np.uint8], min_side=1))
def test_matching_itself_changes_nothing(image):
    np.testing.assert_array_equal(match_histograms(image, image), image)


def test_out_is_written_and_returned():
    image = large((9, 40, 3))
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert match_histograms(image, image // 2, out=out) is out
    np.testing.assert_array_equal(out, match_histograms(image, image // 2))


@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
def test_refuses_other_references(shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(ValueError, match=r"^reference must have as many channels as image, 1, got"):
        match_histograms(image, np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r"^reference must have at least one pixel"):
        match_histograms(image, np.zeros((4, 0), np.uint8))
    with pytest.raises(TypeError, match=r"^reference must be uint8"):
        match_histograms(image, np.zeros((4, 4), np.float32))

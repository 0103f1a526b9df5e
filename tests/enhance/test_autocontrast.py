import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.enhance import autocontrast
from PIL import Image, ImageOps

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

cutoffs = st.sampled_from([0, 1, 5.5, 30, (0, 0), (0, 20), (49.5, 50), (0.1, 3.3)])


def reference(image, cutoff):
    """Per channel: sort, leave the cut out, stretch."""
    low, high = cutoff if isinstance(cutoff, tuple) else (cutoff, cutoff)
    planes = np.atleast_3d(image).astype(float)
    out = planes.copy()
    n = planes.shape[0] * planes.shape[1]
    for c in range(planes.shape[2] if n else 0):
        values = np.sort(planes[..., c].ravel())
        a, b = values[int(n * low // 100)], values[n - 1 - int(n * high // 100)]
        if b > a:
            out[..., c] = np.clip((planes[..., c] - a) * (255 / (b - a)), 0, 255)
    return out.reshape(image.shape)


@given(images(dtypes=[np.uint8]), cutoffs)
def test_matches_reference(image, cutoff):
    actual = autocontrast(image, cutoff=cutoff)
    assert actual.dtype == np.uint8
    assert actual.shape == image.shape
    expected = reference(image, cutoff)
    assert (actual <= expected + 1e-9).all()  # fractions are cut off
    assert (actual > expected - 1 - 1e-9).all()


@given(images(dtypes=[np.uint8], channels=(None, 3), min_side=1), cutoffs, st.booleans())
def test_equals_pillow(image, cutoff, per_channel):
    picture = Image.fromarray(image.copy())
    peer = ImageOps.autocontrast(picture, cutoff, preserve_tone=not per_channel)
    actual = autocontrast(image, cutoff=cutoff, per_channel=per_channel)
    np.testing.assert_array_equal(actual, np.asarray(peer))


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("shape", [(1201, 1301), (901, 701, 3)])
def test_threads_share_the_rows(shape, per_channel):
    image = large(shape) // 2 + 40
    peer = ImageOps.autocontrast(Image.fromarray(image), 3, preserve_tone=not per_channel)
    actual = autocontrast(image, cutoff=3, per_channel=per_channel)
    np.testing.assert_array_equal(actual, np.asarray(peer))


def test_out_is_written_and_returned():
    image = large((9, 40, 3)) // 2
    out = np.empty((9, 50, 3), np.uint8)[:, 5:45]
    assert autocontrast(image, out=out) is out
    np.testing.assert_array_equal(out, autocontrast(image))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"cutoff": -1}, ValueError, "^cutoff must be one or two shares in percent"),
        ({"cutoff": 50}, ValueError, "^cutoff must be one or two shares in percent"),
        ({"cutoff": (0, 100)}, ValueError, "^cutoff must be one or two shares in percent"),
        ({"cutoff": np.nan}, ValueError, "^cutoff must be one or two shares in percent"),
        ({"cutoff": (1, 2, 3)}, ValueError, "^cutoff must be one or two numbers, got 3"),
        ({"cutoff": "1"}, TypeError, "^cutoff must be a number"),
        ({"per_channel": 1}, TypeError, "^per_channel must be True or False"),
        ({"per_channel": False}, ValueError, "^image must have 1 or 3 channels unless"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4, 2), (0, 4, 2)])
def test_refuses_values_out_of_range(arguments, error, message, shape):
    with pytest.raises(error, match=message):
        autocontrast(np.zeros(shape, np.uint8), **arguments)

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.metrics import ssim
from skimage.metrics import structural_similarity

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def reference(a, b, data_range, ksize, sigma):
    """Weigh every window in float64."""
    taps = np.exp(-0.5 * ((np.arange(ksize) - ksize // 2) / sigma) ** 2)
    taps /= taps.sum()

    def blurred(image):
        for axis in (0, 1):
            windows = np.lib.stride_tricks.sliding_window_view(image, ksize, axis)
            image = windows @ taps
        return image

    a, b = a.astype(np.float64), b.astype(np.float64)
    mean_a, mean_b = blurred(a), blurred(b)
    covariance = blurred(a * b) - mean_a * mean_b
    variances = blurred(a * a) + blurred(b * b) - mean_a**2 - mean_b**2
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    values = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    return (values / ((mean_a**2 + mean_b**2 + c1) * (variances + c2))).mean()


@settings(max_examples=25)
@given(
    images(min_side=1), st.sampled_from([1, 3, 5, 11]), st.floats(0.5, 4),
    st.sampled_from([100.0, 255.0, 1000.0]),
)  # fmt: skip
def test_matches_reference(image, ksize, sigma, data_range):
    other = np.roll(image, 1, 0)
    arguments = {"ksize": ksize, "sigma": sigma, "data_range": data_range}
    if min(image.shape[:2]) < ksize:
        with pytest.raises(ValueError, match=f"^images must be at least ksize = {ksize} pixels"):
            ssim(image, other, **arguments)
    else:
        expected = reference(image, other, data_range, ksize, sigma)
        # Variances are differences of large numbers.
        size = (np.abs(image).max().astype(float) / (0.03 * data_range)) ** 2
        tolerance = 1e-12 * (1 + size)
        assert ssim(image, other, **arguments) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(301, 1203), (99, 411, 3)])
def test_follows_scikit_image(dtype, shape):
    a = large(shape, dtype)
    b = (a // 2 + large(shape, dtype)[::-1] // 2).astype(dtype)
    expected = structural_similarity(
        a.astype(np.float64), b.astype(np.float64), data_range=255, gaussian_weights=True,
        use_sample_covariance=False, channel_axis=2 if len(shape) == 3 else None,
    )  # fmt: skip
    assert ssim(a, b) == pytest.approx(expected, abs=1e-9)


def test_knows_like_from_unlike():
    image = large((60, 80))
    assert ssim(image, image) == 1
    assert ssim(image, 255 - image) < 0
    slightly = np.clip(image.astype(int) + 3, 0, 255).astype(np.uint8)
    assert 0.95 < ssim(image, slightly) < 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ksize": 4}, "^ksize must be odd"),
        ({"ksize": 0}, "^ksize must be odd"),
        ({"sigma": 0}, "^sigma must be finite and positive"),
        ({"data_range": 0}, "^data_range must be finite and positive"),
        ({"data_range": np.inf}, "^data_range must be finite and positive"),
    ],
)
@pytest.mark.parametrize("shape", [(20, 20), (0, 4)])
def test_refuses_values_out_of_range(arguments, message, shape):
    image = np.zeros(shape, np.uint8)
    with pytest.raises(ValueError, match=message):
        ssim(image, image, **arguments)


def test_refuses_unlike_pairs():
    image = np.zeros((14, 15), np.uint8)
    with pytest.raises(ValueError, match=r"^reference must have the image's shape"):
        ssim(image, image.T)

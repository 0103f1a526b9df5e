import cv2
import numpy as np
import pytest
import skimage.filters
from hypothesis import given
from hypothesis import strategies as st
from imgmine.filters import correlate, gabor_kernel

sides = st.integers(0, 15).map(lambda n: 2 * n + 1)
angles = st.floats(-7, 7)
positive = st.floats(0.3, 20)


@given(sides, sides, positive, angles, positive, st.floats(0.1, 3), angles)
def test_equals_opencv(height, width, sigma, theta, wavelength, gamma, phase):
    for dtype, depth in ((np.float32, cv2.CV_32F), (np.float64, cv2.CV_64F)):
        actual = gabor_kernel(
            (height, width), sigma, theta, wavelength, gamma=gamma, phase=phase, dtype=dtype
        )
        peer = cv2.getGaborKernel((width, height), sigma, theta, wavelength, gamma, phase, depth)
        assert actual.dtype == dtype
        assert actual.shape == (height, width)
        np.testing.assert_allclose(actual, peer, rtol=0, atol=1e-6)


@pytest.mark.parametrize("theta", [0, 0.4, 1.2, 2.9])
def test_names_map_onto_scikit_images(theta):
    """Turned by half a turn, and normalized there."""
    peer = skimage.filters.gabor_kernel(1 / 6, theta, sigma_x=3, sigma_y=3 / 0.5, n_stds=4)
    rows, columns = peer.shape
    actual = gabor_kernel((rows, columns), 3, theta, 6, gamma=0.5, dtype=np.float64)
    scale = 2 * np.pi * 3 * 6
    np.testing.assert_allclose(actual, peer.real * scale, atol=1e-9)
    odd = gabor_kernel((rows, columns), 3, theta, 6, phase=np.pi / 2, dtype=np.float64)
    np.testing.assert_allclose(odd, peer.imag * scale, atol=1e-9)


def test_answers_to_its_own_stripes():
    x = np.arange(64, dtype=np.float32)
    stripes = np.cos(2 * np.pi * x / 8) * np.ones((64, 1), np.float32)
    answers = [
        np.abs(correlate(stripes, gabor_kernel(25, 4, np.pi * k / 4, 8))).max() for k in range(4)
    ]
    assert np.argmax(answers) == 0
    assert answers[0] > 50 * answers[2]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"ksize": 4}, ValueError, "^ksize must be odd, 1 to 255, got 4"),
        ({"ksize": 0}, ValueError, "^ksize must be odd"),
        ({"ksize": 257}, ValueError, "^ksize must be odd"),
        ({"ksize": (3, 4)}, ValueError, "^ksize must be odd"),
        ({"ksize": (3, 3, 3)}, ValueError, "^ksize must be a whole number or"),
        ({"ksize": 3.0}, TypeError, "^ksize must be a whole number"),
        ({"sigma": 0}, ValueError, "^sigma must be positive, got 0"),
        ({"sigma": np.nan}, ValueError, "^sigma must be finite, got nan"),
        ({"theta": np.inf}, ValueError, "^theta must be finite"),
        ({"theta": "up"}, TypeError, "^theta must be a number"),
        ({"wavelength": -1}, ValueError, "^wavelength must be positive"),
        ({"gamma": 0}, ValueError, "^gamma must be positive"),
        ({"phase": np.nan}, ValueError, "^phase must be finite"),
        ({"dtype": "uint8"}, TypeError, "^dtype must be float32 or float64, got uint8"),
        ({"dtype": "pixels"}, TypeError, "^dtype must be a dtype, got 'pixels'"),
    ],
)
def test_refuses_what_makes_no_sense(arguments, error, message):
    with pytest.raises(error, match=message):
        gabor_kernel(**{"ksize": 9, "sigma": 2, "theta": 0, "wavelength": 5, **arguments})

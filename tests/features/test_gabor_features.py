import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import gabor_features, gabor_responses
from imgmine.filters import gabor_kernel
from numpy.lib.stride_tricks import sliding_window_view

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

gray = images(dtypes=[np.uint8], channels=[None], min_side=1)
MODES = {"reflect101": "reflect", "reflect": "symmetric", "replicate": "edge", "wrap": "wrap",
         "constant": "constant"}  # fmt: skip
OCTAVE = np.sqrt(np.log(2) / 2) / np.pi * 3


def kernel_of(wavelength, angle, ksize=None, per_wave=OCTAVE):
    sigma = per_wave * wavelength
    half = int(np.ceil(3 * sigma)) if ksize is None else ksize // 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    envelope = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    along = x * np.cos(angle) + y * np.sin(angle)
    return envelope / envelope.sum() * np.exp(2j * np.pi * along / wavelength)


def reference(image, kernel, border):
    half = kernel.shape[0] // 2
    padded = np.pad(image.astype(np.float64), half, mode=MODES[border])
    return np.einsum("yxij,ij->yx", sliding_window_view(padded, kernel.shape), kernel)


@settings(max_examples=8)
@given(gray, st.sampled_from([(4.0,), (3.0, 5.5)]), st.integers(1, 5), st.sampled_from([*MODES]))
def test_matches_reference(image, wavelengths, n, border):
    responses = gabor_responses(image, wavelengths, n, border=border)
    assert responses.dtype == np.complex64
    assert responses.shape == (len(wavelengths), n, *image.shape)
    for w, wavelength in enumerate(wavelengths):
        for i in range(n):
            expected = reference(image, kernel_of(wavelength, i * np.pi / n), border)
            np.testing.assert_allclose(responses[w, i], expected, atol=1e-4)


@settings(max_examples=10)
@given(gray, st.integers(1, 4))
def test_statistics(image, n):
    responses = gabor_responses(image, (4, 6), n).astype(np.complex128)
    for part, values in [("magnitude", np.abs(responses)), ("real", responses.real)]:
        actual = gabor_features(image, (4, 6), n, part=part).reshape(2, n, 2)
        np.testing.assert_allclose(actual[..., 0], values.mean((2, 3)), atol=1e-4)
        np.testing.assert_allclose(actual[..., 1], values.std((2, 3)), atol=2e-3)


def test_large_images_are_cut_to_tiles():
    image = np.random.default_rng(0).integers(0, 256, (200, 700), np.uint8)
    responses = gabor_responses(image, 5, 4, ksize=21)[0]
    for i in range(4):
        expected = reference(image, kernel_of(5, i * np.pi / 4, 21), "reflect101")
        np.testing.assert_allclose(responses[i], expected, atol=2e-4)


def test_bandwidth():
    """Half an octave more than sigma = 0.56 wavelengths."""
    image = np.random.default_rng(0).integers(0, 256, (40, 40), np.uint8)
    per_wave = np.sqrt(np.log(2) / 2) / np.pi * (2**1.5 + 1) / (2**1.5 - 1)
    expected = reference(image, kernel_of(6, 0, per_wave=per_wave), "reflect101")
    actual = gabor_responses(image, 6, 1, bandwidth=1.5)[0, 0]
    np.testing.assert_allclose(actual, expected, atol=1e-4)


@pytest.mark.parametrize("i", range(5))
def test_filters_are_gabor_kernels(i):
    """The answer to a single pixel is the filter turned by half a turn."""
    image = np.zeros((31, 31), np.uint8)
    image[15, 15] = 255
    answer = gabor_responses(image, 6, 5, ksize=15, border="constant")[0, i][8:23, 8:23] / 255
    for part, phase in [(answer.real, 0), (answer.imag, -np.pi / 2)]:
        kernel = gabor_kernel(15, 6 * OCTAVE, i * np.pi / 5, 6, gamma=1, phase=phase, dtype="f8")
        envelope = gabor_kernel(15, 6 * OCTAVE, 0, 1e9, gamma=1, dtype="f8").sum()
        np.testing.assert_allclose(part, kernel / envelope, atol=1e-6)


def test_answers_to_stripes():
    y, x = np.indices((96, 96))
    for i, along in [(0, x), (2, y)]:
        stripes = np.rint(127 + 100 * np.cos(2 * np.pi * along / 8)).astype(np.uint8)
        means = gabor_features(stripes, 8, 4)[::2]
        assert means.argmax() == i
        assert 49 < means[i] < 51


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"wavelengths": ()}, ValueError, "^wavelengths must hold at least one"),
        ({"wavelengths": 81}, ValueError, "^wavelengths must be from 1 to 80"),
        ({"wavelengths": (np.nan,)}, ValueError, "^wavelengths must be finite"),
        ({"orientations": 65}, ValueError, "^orientations must be from 1 to 64, got 65"),
        ({"orientations": 2.0}, TypeError, "^orientations must be a whole number"),
        ({"bandwidth": 0.1}, ValueError, "^bandwidth must be from 0.5 to 4"),
        ({"ksize": 4}, ValueError, "^ksize must be odd, 1 to 255, got 4"),
        ({"ksize": 257}, ValueError, "^ksize must be odd, 1 to 255, got 257"),
        ({"border": "mirror"}, ValueError, "^border must be"),
    ],
)
@pytest.mark.parametrize("function", [gabor_features, gabor_responses])
def test_refuses_arguments_out_of_range(function, arguments, error, message):
    for shape in [(4, 4), (0, 4)]:
        with pytest.raises(error, match=message):
            function(np.zeros(shape, np.uint8), **arguments)


def test_refuses_other_parts():
    with pytest.raises(ValueError, match=r"^part must be 'magnitude' or 'real', got 'phase'"):
        gabor_features(np.zeros((4, 4), np.uint8), part="phase")

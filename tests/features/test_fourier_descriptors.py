import cv2
import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import FourierDescriptors, fourier_descriptors

from ..strategies import LAYOUTS


def reference(contour, n, points):
    """Resample by np.interp and transform by np.fft."""
    closed = np.vstack([contour, contour[:1]]).astype(np.float64)
    way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    if way[-1] == 0:
        return np.zeros(n)
    at = way[-1] * np.arange(points) / points
    z = np.interp(at, way, closed[:, 1]) + 1j * np.interp(at, way, closed[:, 0])
    area = (z.real * np.roll(z.imag, -1) - z.imag * np.roll(z.real, -1)).sum()
    coefficients = np.abs(np.fft.fft(z if area >= 0 else z[::-1]))
    orders = [(i + 3) // 2 if i % 2 else -(i // 2 + 1) for i in range(n)]
    return coefficients[orders] / coefficients[1]


def blob(rng, n=40):
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = rng.uniform(5, 9, n)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], 1)


@given(st.integers(0, 10**6), st.sampled_from([8, 64, 256]), st.booleans())
def test_matches_numpy(seed, points, backwards):
    contour = blob(np.random.default_rng(seed))
    contour = contour[::-1] if backwards else contour
    n = points // 2
    actual = fourier_descriptors(contour, n, points=points)
    np.testing.assert_allclose(actual, reference(contour, n, points), atol=1e-9)


def test_mirrored_contours_are_others():
    contour = blob(np.random.default_rng(0))
    mirrored = contour * [1, -1]
    np.testing.assert_allclose(
        fourier_descriptors(mirrored), reference(mirrored, 16, 256), atol=1e-9
    )


@given(st.integers(0, 10**6), st.floats(-3, 3), st.floats(0.1, 50), st.integers(0, 39))
def test_moved_turned_scaled_and_begun_elsewhere(seed, angle, scale, start):
    contour = blob(np.random.default_rng(seed))
    c, s = np.cos(angle), np.sin(angle)
    other = np.roll(contour, start, 0) @ [[c, s], [-s, c]] * scale + [300, -70]
    first, second = (
        fourier_descriptors(contour, points=2048),
        fourier_descriptors(other, points=2048),
    )
    np.testing.assert_allclose(second, first, atol=2e-3)


@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.5, 0.7, 0.95]), st.integers(1, 3))
def test_borders_are_opencvs(seed, share, size):
    """The outer contour that encloses most, and what it encloses."""
    rng = np.random.default_rng(seed)
    mask = rng.random(rng.integers(1, 14, 2)) < share
    mask = np.repeat(np.repeat(mask, size, 0), size, 1)
    ours = imgmine._core.features.outer_contour(np.ascontiguousarray(mask).view(np.uint8))
    peers, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not peers:
        assert len(ours) == 0
        return
    largest = max(cv2.contourArea(peer) for peer in peers)
    assert cv2.contourArea(ours.astype(np.float32)) == largest
    sets = [{(y, x) for x, y in peer[:, 0]} for peer in peers]
    assert {tuple(point) for point in ours.astype(int)} in sets
    lengths = {len(peer) for peer in peers}
    assert len(ours) in lengths


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_points(layout):
    contour = blob(np.random.default_rng(3))
    actual = fourier_descriptors(LAYOUTS[layout](contour))
    if "many times" not in layout:
        np.testing.assert_array_equal(actual, fourier_descriptors(contour))
    assert np.isfinite(actual).all()


def test_opencvs_contours_are_taken():
    mask = np.zeros((30, 30), np.uint8)
    mask[5:20, 5:25] = mask[20:25, 5:9] = 1
    (contour,), _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    swapped = contour[:, 0, ::-1]
    np.testing.assert_allclose(
        fourier_descriptors(swapped), fourier_descriptors(mask > 0), atol=0.02
    )
    np.testing.assert_array_equal(fourier_descriptors(contour), fourier_descriptors(contour[:, 0]))


@pytest.mark.parametrize(
    "nothing",
    [np.zeros((5, 5), bool), np.zeros((0, 2)), np.ones((1, 2)), np.ones((7, 2)), np.eye(1) > 0],
)
def test_no_length_gives_zeros(nothing):
    np.testing.assert_array_equal(fourier_descriptors(nothing), np.zeros(16))


def test_lines_are_finite():
    for mask in (np.ones((1, 9), bool), np.eye(9, dtype=bool)):
        assert np.isfinite(fourier_descriptors(mask)).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda c: fourier_descriptors(c, 0), ValueError, "^n must be between 1 and half"),
        (lambda c: fourier_descriptors(c, 129), ValueError, "^n must be between 1 and half"),
        (lambda c: fourier_descriptors(c, points=100), ValueError, "^points must be a power"),
        (lambda c: fourier_descriptors(c, points=4), ValueError, "^points must be a power"),
        (lambda c: fourier_descriptors(c.T), ValueError, r"^contour_or_mask must have shape \(N"),
        (lambda c: fourier_descriptors(c * np.nan), ValueError, "must hold finite points"),
        (lambda c: fourier_descriptors(c * 1j), TypeError, "^contour_or_mask must be"),
        (lambda c: fourier_descriptors(c[None] > 0), ValueError, "^mask must have shape"),
        (lambda c: FourierDescriptors(0), ValueError, "^n must be"),
        (lambda c: FourierDescriptors(points=6), ValueError, "^points must be"),
    ],
)
def test_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call(np.ones((9, 2)))

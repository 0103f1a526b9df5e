import mahotas
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import ZernikeMoments, zernike_moments

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(images(channels=(None,), min_side=1), st.integers(0, 12), st.floats(1, 60))
def test_matches_mahotas(image, degree, radius):
    image = np.abs(image) if image.dtype == np.float32 else image
    if not image.any():
        return
    center = (image.shape[0] / 3, image.shape[1] / 3)  # mahotas wants some light in the circle
    image = image.copy()
    image[int(center[0]), int(center[1])] = 9
    actual = zernike_moments(image, degree, radius, center)
    expected = mahotas.features.zernike_moments(image, radius, degree, cm=center)
    np.testing.assert_allclose(actual, expected, atol=1e-9)


@pytest.mark.parametrize("degree", [8, 20])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_about_the_center_of_mass(dtype, degree):
    image = np.abs(large((300, 401), dtype))
    image[:100, :200] = 3
    actual = zernike_moments(image, degree, 120)
    expected = mahotas.features.zernike_moments(image, 120, degree)
    np.testing.assert_allclose(actual, expected, atol=1e-7)


def test_default_radius_is_half_the_shorter_side():
    image = large((40, 70))
    np.testing.assert_array_equal(zernike_moments(image), zernike_moments(image, radius=20.0))


def test_pixels_on_the_circle_belong_to_it():
    image = np.zeros((11, 11), np.uint8)
    image[5, 10] = image[8, 9] = image[5, 5] = 1  # 5 and 3, 4 away
    actual = zernike_moments(image, 4, 5, (5, 5))
    np.testing.assert_allclose(
        actual, mahotas.features.zernike_moments(image, 5, 4, cm=(5, 5)), atol=1e-12
    )


def test_turns_leave_them_alone():
    image = large((61, 61))
    first = zernike_moments(image, 10, 25, (30, 30))
    turned = zernike_moments(np.rot90(image), 10, 25, (30, 30))
    np.testing.assert_allclose(turned, first, atol=1e-12)


@pytest.mark.parametrize("image", [np.zeros((9, 9), np.uint8), np.zeros((0, 3), bool)])
def test_nothing_to_see_gives_zeros(image):
    np.testing.assert_array_equal(zernike_moments(image), np.zeros(25))


def test_one_pixel():
    assert zernike_moments(np.uint8([[7]]), 0).round(4) == [0.3183]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"degree": -1}, "^degree must be between 0 and 20, got -1"),
        ({"degree": 21}, "^degree must be"),
        ({"radius": 0}, "^radius must be positive and finite"),
        ({"radius": np.nan}, "^radius must be positive"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        zernike_moments(np.zeros((4, 4), np.uint8), **arguments)
    with pytest.raises(ValueError, match=message):
        ZernikeMoments(**arguments)
    with pytest.raises(ValueError, match=r"^center must be"):
        zernike_moments(np.zeros((4, 4), np.uint8), center=(np.nan, 0))

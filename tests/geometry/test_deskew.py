import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.geometry import deskew, rotate, skew_angle, warp_affine

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def page(height=500, width=700, seed=0):
    """Draw words on lines: short strokes of ink, some of them taller; ink is 1."""
    rng = np.random.default_rng(seed)
    ink = np.zeros((height, width), np.float32)
    for y in range(50, height - 50, 18):
        x = 50
        while x < width - 50:
            word = int(rng.integers(6, 40))
            for k in range(x, min(x + word, width - 50), 4):
                ink[y - 4 * int(rng.random() < 0.2) : y + 8, k : k + 2] = 1
            x += word + 8
    return ink


def digit(side=28):
    """Draw an upright 1 with a foot and a head, symmetric about its column."""
    image = np.zeros((side, side), np.uint8)
    image[4:-4, side // 2 - 2 : side // 2 + 2] = 255
    image[-6:-4, side // 2 - 6 : side // 2 + 6] = 255
    image[4:6, side // 2 - 6 : side // 2 + 6] = 255
    return image


PAGES = {
    "dark on light": lambda ink: (235 - 200 * ink).astype(np.uint8),
    "light on dark": lambda ink: (20 + 200 * ink).astype(np.uint8),
    "color": lambda ink: np.stack([235 - 200 * ink, 0 * ink + 220, 200 - 100 * ink], -1).astype(
        np.uint8
    ),
    "float": lambda ink: 1 - ink,
}


@pytest.mark.parametrize("kind", sorted(PAGES))
@pytest.mark.parametrize("angle", [0, 0.33, -1.7, 5.05, -12.6])
def test_finds_and_levels_lines_of_text(kind, angle):
    upright = PAGES[kind](page())
    paper = upright[0, 0].tolist()
    image = rotate(upright, angle, value=paper)
    assert abs(skew_angle(image, method="projection") - angle) < 0.1
    level = deskew(image, method="projection")
    assert level.dtype == image.dtype
    assert level.shape == image.shape
    assert abs(skew_angle(level, method="projection")) < 0.1
    np.testing.assert_array_equal(level[0, 0], upright[0, 0])


def test_finds_the_angle_of_noisy_and_of_large_pages():
    noise = np.random.default_rng(0).normal(0, 40, (500, 700))
    image = np.clip(rotate(PAGES["dark on light"](page()), 4.4, value=235) + noise, 0, 255)
    assert abs(skew_angle(image.astype(np.uint8), method="projection") - 4.4) < 0.2
    large = cv2.resize(rotate(PAGES["dark on light"](page()), -6.6, value=235), (2800, 2000))
    assert abs(skew_angle(large, method="projection") + 6.6) < 0.1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shear", [0, 0.25, -0.5])
@pytest.mark.parametrize("light", [False, True])
def test_sets_a_digit_upright(dtype, shear, light):
    upright = digit().astype(dtype)
    upright = 255 - upright if light else upright
    middle = (upright.shape[0] - 1) / 2
    leaning = warp_affine(
        upright, [[1, -shear, shear * middle], [0, 1, 0]], value=255 if light else 0
    )
    assert abs(skew_angle(leaning) - np.rad2deg(np.arctan(shear))) < 0.5
    assert abs(skew_angle(deskew(leaning))) < 0.5
    assert np.abs(deskew(leaning).astype(float) - upright).mean() < 12


def test_follows_opencvs_sample():
    """Its deskew, but for the row about which it shears."""
    image = warp_affine(digit(), [[1, -0.4, 5], [0, 1, 0]])
    moments = cv2.moments(image)
    skew = moments["mu11"] / moments["mu02"]
    np.testing.assert_allclose(skew_angle(image), -np.rad2deg(np.arctan(skew)), rtol=1e-6)
    matrix = np.float32([[1, skew, -13.5 * skew], [0, 1, 0]])
    theirs = cv2.warpAffine(image, matrix, (28, 28), flags=cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR)
    assert np.abs(deskew(image).astype(int) - theirs).max() <= 1


@settings(max_examples=25)
@given(images())
def test_any_image(image):
    for method in ("moments", "projection"):
        result = deskew(image, method=method)
        assert result.shape == image.shape
        assert result.dtype == image.dtype
        assert abs(skew_angle(image, method=method, max_angle=10)) <= 10


@pytest.mark.parametrize("method", ["moments", "projection"])
def test_without_ink_nothing_happens(method):
    image = np.full((30, 40, 3), 77, np.uint8)
    assert skew_angle(image, method=method) == 0
    np.testing.assert_array_equal(deskew(image, method=method), image)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_no_ink(bad):
    image = rotate(1 - page(), 3, value=1)
    image[100, 100] = bad
    assert abs(skew_angle(image, method="projection") - 3) < 0.1
    assert np.isfinite(skew_angle(image))


def test_goes_no_farther_than_max_angle():
    image = rotate(PAGES["dark on light"](page()), 9, value=235)
    assert abs(skew_angle(image, method="projection", max_angle=5)) <= 5
    leaning = warp_affine(digit(), [[1, -1, 14], [0, 1, 0]])
    assert skew_angle(leaning, max_angle=10) == 10
    middle = 13.5 * np.tan(np.deg2rad(10))
    expected = warp_affine(leaning, [[1, np.tan(np.deg2rad(10)), -middle], [0, 1, 0]])
    np.testing.assert_array_equal(deskew(leaning, max_angle=10), expected)


def test_the_background_fills_what_comes_in():
    image = rotate(PAGES["dark on light"](page()), 9, value=235)
    assert deskew(image, method="projection", background=230)[0, 0] == 230
    assert deskew(image, method="projection")[0, 0] == 235


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "hough"}, "^method must be 'moments' or 'projection', got 'hough'"),
        ({"max_angle": 0}, "^max_angle must be above 0 and at most 45"),
        ({"max_angle": 46}, "^max_angle must be above 0 and at most 45"),
        ({"max_angle": np.nan}, "^max_angle must be above 0 and at most 45"),
        ({"background": 256}, "^background must be finite, for uint8 a whole number"),
        ({"background": np.nan}, "^background must be finite"),
        ({"background": (1, 2)}, "^background must be one number or one per channel, got 2 for 1"),
    ],
)
@pytest.mark.parametrize("shape", [(4, 4), (0, 4)])
@pytest.mark.parametrize("function", [deskew, skew_angle])
def test_refuses_values_out_of_range(function, arguments, message, shape):
    with pytest.raises(ValueError, match=message):
        function(np.zeros(shape, np.uint8), **arguments)


def test_refuses_wrong_kinds():
    with pytest.raises(TypeError, match=r"^max_angle must be a number"):
        deskew(np.zeros((4, 4), np.uint8), max_angle="5")
    with pytest.raises(TypeError, match=r"^background must be a number"):
        deskew(np.zeros((4, 4), np.uint8), background="white")

import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.color import rgb2gray
from imgmine.features import FCTH, fcth
from imgmine.geometry import resize

from ..strategies import images, large
from . import fuzzy

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

SOME = [239.76947, 17321.70431, 39113.64318, 69333.51209]
SOME += [79122.46400, 90980.33259, 161795.93302, 184729.98649]
FLAT = [130.08878, 9317.31302, 22434.35569, 43120.54860]
FLAT_END = [174840.65839, 224480.41480]
MOST = [180.19687, 23730.02450, 41457.15291, 53918.55438]
MOST += [69122.46400, 81980.33259, 91795.93302, 124729.98649]
TABLES = [
    [*FLAT, 83168.64017, 101430.52590, *FLAT_END],
    [*FLAT, 83168.64017, 151430.52590, *FLAT_END],
    SOME,
    SOME,
    SOME,
    SOME,
    MOST,
    MOST,
]
GRAY, BLACK, PURE_RED = 1, 2, 4


def reference(image):
    means = resize(image[..., :3], (160, 160), "area")
    quads = rgb2gray(means).reshape(40, 2, 2, 40, 2, 2).astype(np.float64)
    a, b, c, d = (quads[:, :, i, :, :, j] for i in range(2) for j in range(2))
    energies = [
        np.sqrt((band**2).sum((1, 3)) / 4) for band in (a - b - c + d, a - b + c - d, a + b - c - d)
    ]
    much = [fuzzy.ramp(e, 20, high) for e, high in zip(energies, (90, 90, 80), strict=True)]
    textures = [
        np.minimum.reduce([m if i >> (2 - k) & 1 else 1 - m for k, m in enumerate(much)])
        for i in range(8)
    ]
    mean = means.reshape(40, 4, 40, 4, 3).astype(int).sum((1, 3)) // 16
    histogram = np.einsum("tyx,cyx->tc", np.stack(textures), fuzzy.colors(mean)).ravel()
    return fuzzy.nearest_levels(histogram, TABLES)


def assert_matches(image):
    actual = fcth(image)
    assert actual.dtype == np.float32
    levels, away = reference(image)
    np.testing.assert_array_equal(np.where(away > 1e-9, actual, levels), levels)


@settings(max_examples=15)
@given(images(dtypes=[np.uint8], channels=(3, 4), min_side=1))
def test_matches_reference(image):
    assert_matches(image)


@pytest.mark.parametrize("shape", [(160, 160, 3), (333, 500, 3), (17, 900, 3)])
def test_pictures(shape):
    height, width, _ = shape
    y, x = np.mgrid[:height, :width]
    waves = np.stack([np.sin(x / 3) * np.cos(y / 7), np.sin(y / 5), np.cos((x + y) / 9)], -1)
    image = (127 + 100 * waves + large(shape) / 12).astype(np.uint8)
    assert_matches(image)
    assert np.count_nonzero(fcth(image)) > 10


@pytest.mark.parametrize(
    ("color", "bin_"), [((128, 128, 128), GRAY), ((0, 0, 0), BLACK), ((255, 0, 0), PURE_RED)]
)
def test_one_color(color, bin_):
    expected = np.zeros(192)
    expected[bin_] = 7
    np.testing.assert_array_equal(fcth(np.full((160, 160, 3), color, np.uint8)), expected)


@pytest.mark.parametrize(
    ("pattern", "texture"),
    [
        ([[100, 100], [100, 100]], 0),
        ([[180, 180], [60, 60]], 1),
        ([[180, 60], [180, 60]], 2),
        ([[180, 60], [60, 180]], 4),
        ([[240, 90], [90, 90]], 7),
    ],
)
def test_textures(pattern, texture):
    image = np.tile(np.array(pattern, np.uint8), (80, 80))[..., None].repeat(3, axis=2)
    found = fcth(image).reshape(8, 24)
    assert list(np.flatnonzero(found.any(1))) == [texture]
    assert list(np.flatnonzero(found.any(0))) == [GRAY]


@pytest.mark.parametrize("normalize", ["l1", "l2", "hellinger", None])
def test_normalizations(normalize):
    image = large((90, 100, 3))
    levels = fcth(image).astype(np.float64)
    expected = {
        "l1": levels / levels.sum(),
        "l2": levels / np.linalg.norm(levels),
        "hellinger": np.sqrt(levels / levels.sum()),
        None: levels,
    }[normalize]
    np.testing.assert_allclose(fcth(image, normalize=normalize), expected, rtol=1e-6)
    np.testing.assert_array_equal(FCTH(normalize)(image), fcth(image, normalize=normalize))


def test_nothing_gives_zeros():
    assert not fcth(np.zeros((5, 0, 3), np.uint8)).any()


def test_refuses_values_out_of_range():
    with pytest.raises(ValueError, match=r"^normalize must be"):
        fcth(np.zeros((4, 4, 3), np.uint8), normalize="max")
    with pytest.raises(ValueError, match=r"^normalize must be"):
        FCTH("max")

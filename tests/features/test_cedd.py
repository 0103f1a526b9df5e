import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.color import rgb2gray
from imgmine.features import CEDD, cedd
from imgmine.geometry import resize

from ..strategies import images, large
from . import fuzzy

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

STRAIGHT = [405.46422, 4877.97633, 10882.17009, 18167.23908]
STRAIGHT += [27043.38557, 38129.41320, 52675.22132, 79555.40261]
DIAGONAL = [968.88476, 10725.15903, 24161.20536, 41555.91734]
DIAGONAL += [62895.62845, 93066.27138, 136976.13818, 262897.86056]
TABLES = [
    [
        180.19687,
        23730.0245,
        61457.15291,
        113918.55438,
        179122.464,
        260980.33259,
        341795.93302,
        554729.98649,
    ],
    [
        209.25177,
        22490.58729,
        60250.89351,
        120705.78806,
        181128.08709,
        234132.08136,
        325660.61773,
        520702.17586,
    ],
    STRAIGHT,
    STRAIGHT,
    DIAGONAL,
    DIAGONAL,
]
NONE, OTHER, HORIZONTAL, VERTICAL, FALLING, RISING = range(6)
WHITE, GRAY, BLACK = range(3)
PURE_RED, PURE_GREEN, PURE_BLUE = 4, 13, 19


def reference(image):
    means = resize(image[..., :3], (80, 80), "area")
    quarters = rgb2gray(means).reshape(40, 2, 40, 2).astype(np.float64)
    a, b, c, d = (quarters[:, i, :, j] for i in range(2) for j in range(2))
    answers = np.abs(
        [2 * (a - b - c + d), a + b - c - d, a - b + c - d, 2**0.5 * (a - d), 2**0.5 * (b - c)]
    )
    most = answers.max(0)
    limits = np.array([0.68, 0.98, 0.98, 0.98, 0.98])[:, None, None]
    edges = (answers / np.maximum(most, 1) > limits) & (most >= 14)
    textures = np.concatenate([most[None] < 14, edges])
    mean = means.reshape(40, 2, 40, 2, 3).astype(int).sum((1, 3)) // 4
    histogram = np.einsum("tyx,cyx->tc", textures.astype(float), fuzzy.colors(mean)).ravel()
    return fuzzy.nearest_levels(histogram, TABLES)


def assert_matches(image):
    actual = cedd(image)
    assert actual.dtype == np.float32
    levels, away = reference(image)
    np.testing.assert_array_equal(np.where(away > 1e-9, actual, levels), levels)


@settings(max_examples=20)
@given(images(dtypes=[np.uint8], channels=(3, 4), min_side=1))
def test_matches_reference(image):
    assert_matches(image)


@pytest.mark.parametrize("shape", [(80, 80, 3), (333, 500, 3), (17, 900, 3)])
def test_pictures(shape):
    height, width, _ = shape
    y, x = np.mgrid[:height, :width]
    waves = np.stack([np.sin(x / 31) * np.cos(y / 17), np.sin(y / 23), np.cos((x + y) / 41)], -1)
    image = (127 + 100 * waves + large(shape) / 12).astype(np.uint8)
    assert_matches(image)
    assert np.count_nonzero(cedd(image)) > 20


def of_color(*color):
    return np.full((160, 160, 3), color, np.uint8)


@pytest.mark.parametrize(
    ("color", "bin_"),
    [
        ((255, 255, 255), WHITE),
        ((128, 128, 128), GRAY),
        ((0, 0, 0), BLACK),
        ((255, 0, 0), PURE_RED),
        ((0, 255, 0), PURE_GREEN),
        ((0, 0, 255), PURE_BLUE),
    ],
)
def test_one_color(color, bin_):
    expected = np.zeros(144)
    expected[bin_] = 7
    np.testing.assert_array_equal(cedd(of_color(*color)), expected)


def lines(pattern):
    """Repeat 2 x 2 lights all over an image of 80 x 80."""
    return np.tile(np.array(pattern, np.uint8), (40, 40))[..., None].repeat(3, axis=2)


@pytest.mark.parametrize(
    ("pattern", "edges"),
    [
        ([[0, 200], [200, 0]], [OTHER]),
        ([[200, 200], [0, 0]], [HORIZONTAL]),
        ([[200, 0], [200, 0]], [VERTICAL]),
        ([[200, 100], [100, 0]], [FALLING]),
        ([[100, 200], [0, 100]], [RISING]),
        ([[103, 100], [100, 100]], [NONE]),
    ],
)
def test_edges(pattern, edges):
    """Gray blocks of one kind of edge are found in that kind's histogram and nowhere else."""
    found = cedd(lines(pattern)).reshape(6, 24)
    assert set(np.flatnonzero(found.any(1))) == set(edges)
    assert set(np.flatnonzero(found.any(0))) == {GRAY}


@pytest.mark.parametrize("normalize", ["l1", "l2", "hellinger"])
def test_normalizations(normalize):
    image = large((90, 100, 3))
    levels = cedd(image).astype(np.float64)
    expected = {
        "l1": levels / levels.sum(),
        "l2": levels / np.linalg.norm(levels),
        "hellinger": np.sqrt(levels / levels.sum()),
    }[normalize]
    np.testing.assert_allclose(cedd(image, normalize=normalize), expected, rtol=1e-6)
    np.testing.assert_array_equal(CEDD(normalize)(image), cedd(image, normalize=normalize))


def test_nothing_gives_zeros():
    assert not cedd(np.zeros((0, 5, 3), np.uint8)).any()


def test_refuses_values_out_of_range():
    with pytest.raises(ValueError, match=r"^normalize must be"):
        cedd(of_color(1, 2, 3), normalize="max")
    with pytest.raises(ValueError, match=r"^normalize must be"):
        CEDD("max")

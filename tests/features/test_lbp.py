import warnings

import imgmine as im
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import lbp, lbp_histogram, plot_lbp
from skimage.feature import local_binary_pattern

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

METHODS = ["uniform", "ror", "default", "nri_uniform"]
circles = st.sampled_from([(8, 1), (8, 1), (4, 1), (8, 2), (16, 2), (5, 3.3), (1, 1), (31, 2.7),
                           (12, 1.5), (8, 40), (24, 3)])  # fmt: skip
gray = images(dtypes=[np.uint8], channels=[None])
some = images(dtypes=[np.uint8], channels=[None], min_side=1)  # scikit-image takes no empty ones


def pattern_by_hand(image, points, radius):
    """Interpolate in doubles, as the definition says, with zeros around the image."""
    height, width = image.shape
    reach = int(np.ceil(radius)) + 2
    padded = np.pad(image.astype(np.float64), reach)
    y, x = (np.arange(extent, dtype=np.float64) for extent in (height, width))
    patterns = np.zeros(image.shape, np.int64)
    for i in range(points):
        turn = 2 * np.pi * i / points
        rows = (y + np.round(-radius * np.sin(turn), 5))[:, None]
        columns = (x + np.round(radius * np.cos(turn), 5))[None]
        top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
        down, right = rows - top, columns - left
        corners = [padded[top + reach + a, left + reach + b] for a in (0, 1) for b in (0, 1)]
        above = (1 - right) * corners[0] + right * corners[1]
        below = (1 - right) * corners[2] + right * corners[3]
        patterns |= ((1 - down) * above + down * below >= image).astype(np.int64) << i
    return patterns


def peer(image, points, radius, method="default"):
    return local_binary_pattern(np.ascontiguousarray(image), points, radius, method)


@given(gray, circles)
def test_default_is_the_definition(image, circle):
    np.testing.assert_array_equal(lbp(image, *circle, "default"), pattern_by_hand(image, *circle))


@settings(max_examples=15)
@given(some, circles, st.sampled_from(METHODS))
def test_equals_scikit_image(image, circle, method):
    actual = lbp(image, *circle, method)
    np.testing.assert_array_equal(actual, peer(image, *circle, method))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("points", [1, 2, 3, 6, 8, 10])
def test_codes_of_every_pattern(points, method):
    """Random pixels meet every pattern of a few points."""
    image = np.random.default_rng(points).integers(0, 256, (60, 60), np.uint8)
    actual = lbp(image, points, 1.3, method)
    np.testing.assert_array_equal(actual, peer(image, points, 1.3, method))


@pytest.mark.parametrize("value", [0, 1, 3, 77, 128, 254, 255])
def test_flat_images(value):
    """Where every place is a tie, rounding decides; it changes where numbers get longer."""
    image = np.full((140, 530), value, np.uint8)
    np.testing.assert_array_equal(lbp(image, method="default"), pattern_by_hand(image, 8, 1))


@pytest.mark.parametrize("turn", [(1, 1), (1, -1), (2, 1), (0, 1), (5, -5)])
def test_slopes(turn):
    """Slopes along a diagonal make ties of pixels that differ."""
    y, x = np.indices((150, 290))
    for divisor in (1, 3):
        image = ((turn[0] * y + turn[1] * x) // divisor % 256).astype(np.uint8)
        np.testing.assert_array_equal(lbp(image, method="default"), pattern_by_hand(image, 8, 1))


def test_large_and_almost_flat():
    image = np.random.default_rng(0).integers(100, 103, (1100, 1100)).astype(np.uint8)
    np.testing.assert_array_equal(lbp(image, method="default"), pattern_by_hand(image, 8, 1))
    assert lbp(image).max() == 9


def test_photographs(data_dir):
    for path in list(im.io.find_images(data_dir / "corel1k"))[:200:70]:
        image = im.io.imread(path, mode="L")
        for points, radius in [(8, 1), (16, 2)]:
            np.testing.assert_array_equal(lbp(image, points, radius),
                                          peer(image, points, radius, "uniform"))  # fmt: skip


@pytest.mark.parametrize(
    ("points", "method", "dtype"),
    [(8, "default", "u1"), (9, "default", "u2"), (16, "ror", "u2"), (17, "default", "u4"),
     (32, "default", "u4"), (32, "uniform", "u1"), (16, "nri_uniform", "u1"),
     (17, "nri_uniform", "u2")],
)  # fmt: skip
def test_dtypes(points, method, dtype):
    image = np.full((5, 5), 9, np.uint8)
    codes = lbp(image, points, 2, method)
    assert codes.dtype == dtype
    if method == "default" and points == 32:
        np.testing.assert_array_equal(codes, pattern_by_hand(image, 32, 2))


def counts_by_hand(codes, n_codes):
    return np.bincount(np.ravel(codes), minlength=n_codes)


@given(gray, circles, st.sampled_from(["uniform", "nri_uniform"]))
def test_histogram_counts_codes(image, circle, method):
    n_codes = circle[0] + 2 if method == "uniform" else circle[0] * (circle[0] - 1) + 3
    expected = counts_by_hand(lbp(image, *circle, method), n_codes)
    actual = lbp_histogram(image, *circle, method, normalize=None)
    np.testing.assert_array_equal(actual, expected)


@given(gray, st.tuples(st.integers(1, 5), st.integers(1, 5)), st.sampled_from([(8, 1), (10, 2)]))
def test_grid(image, grid, circle):
    codes = lbp(image, *circle)
    height, width = image.shape
    expected = []
    for i in range(grid[0]):
        for j in range(grid[1]):
            cell = codes[i * height // grid[0] : (i + 1) * height // grid[0],
                         j * width // grid[1] : (j + 1) * width // grid[1]]  # fmt: skip
            counts = counts_by_hand(cell, circle[0] + 2)
            expected.append(counts / max(counts.sum(), 1))
    actual = lbp_histogram(image, *circle, grid=grid)
    np.testing.assert_allclose(actual, np.concatenate(expected), rtol=1e-6)


@given(gray, st.sampled_from([(8, 1), (10, 2)]), st.integers(0, 2**32))
def test_masks_and_labels(image, circle, seed):
    labels = np.random.default_rng(seed).integers(0, 4, image.shape).astype(np.int32)
    codes = lbp(image, *circle)
    size = circle[0] + 2
    regions = lbp_histogram(image, *circle, labels=labels, normalize=None)
    wanted = range(1, labels.max(initial=0) + 1)
    expected = [counts_by_hand(codes[labels == k], size) for k in wanted]
    np.testing.assert_array_equal(regions, np.reshape(expected, (-1, size)))
    masked = lbp_histogram(image, *circle, mask=labels == 1, normalize=None)
    np.testing.assert_array_equal(masked, counts_by_hand(codes[labels == 1], size))
    assert not lbp_histogram(image, *circle, mask=labels == 9).any()


def test_threads_share_a_grid():
    image = np.random.default_rng(0).integers(0, 256, (1500, 900), np.uint8)
    codes = lbp(image)
    actual = lbp_histogram(image, grid=(7, 3), normalize=None).reshape(7, 3, 10)
    for i in range(7):
        cell = codes[i * 1500 // 7 : (i + 1) * 1500 // 7, 300:600]
        np.testing.assert_array_equal(actual[i, 1], counts_by_hand(cell, 10))


def test_labels_exclude_a_grid():
    with pytest.raises(ValueError, match=r"^grid must be \(1, 1\) with labels"):
        lbp_histogram(np.zeros((4, 4), np.uint8), labels=np.ones((4, 4), np.int32), grid=(2, 1))


def test_plot(tmp_path, cpu_level, n_threads):
    if (cpu_level, n_threads) != (im.cpu_levels()[-1], 1):
        pytest.skip("a figure is slow, and the same on every level")
    image = np.random.default_rng(0).integers(0, 256, (40, 50), np.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of matplotlib's own
        figure = plot_lbp(image, 8, 1, "default", path=tmp_path / "lbp.png")
    assert len(figure.axes) == 3
    assert im.io.imread(tmp_path / "lbp.png").shape[2] == 3
    with pytest.raises(ValueError, match=r"at least one pixel"):
        plot_lbp(np.zeros((0, 4), np.uint8))
    with pytest.raises(ValueError, match=r"points must be at most 16"):
        plot_lbp(image, 20, method="default")

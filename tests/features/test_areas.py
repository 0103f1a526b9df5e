"""Cells, pyramids, masks and regions: each is the description of the pixels that are in it."""

import imgmine as im
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import ColorHistogram, ColorMoments, Histogram

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

NORMS = ["l1", "l2", "hellinger", None]


def gray(image, **more):
    return im.features.histogram(image, 9, **more)


def table(image, **more):
    return im.features.histogram(image, 100, normalize="l1", **more)


def joint(image, **more):
    return im.features.color_histogram(image, (5, 3, 2), "hsv", normalize="hellinger", **more)


def apart(image, **more):
    return im.features.color_histogram(image, 7, "opponent", joint=False, **more)


def moments(image, **more):
    return im.features.color_moments(image, "lab", **more)


FUNCTIONS = [gray, table, joint, apart, moments]
functions = pytest.mark.parametrize("function", FUNCTIONS)
color_images = images(dtypes=[np.uint8], channels=(3, 4))
sides = st.integers(1, 5)


def cells(image, rows, columns):
    height, width = image.shape[:2]
    return [
        image[
            i * height // rows : (i + 1) * height // rows,
            j * width // columns : (j + 1) * width // columns,
        ]
        for i in range(rows)
        for j in range(columns)
    ]


def of_pixels(function, image, chosen):
    return function(image[chosen][np.newaxis])


def random_labels(shape, n, seed=0):
    return np.random.default_rng(seed).integers(0, n + 1, shape).astype(np.int32)


@functions
@settings(max_examples=15)
@given(image=color_images, rows=sides, columns=sides)
def test_cells_of_a_grid(function, image, rows, columns):
    expected = np.concatenate([function(cell) for cell in cells(image, rows, columns)])
    np.testing.assert_array_equal(function(image, grid=(rows, columns)), expected)


@functions
@settings(max_examples=15)
@given(image=color_images, seed=st.integers(0, 9))
def test_masks(function, image, seed):
    mask = random_labels(image.shape[:2], 1, seed) == 1
    np.testing.assert_array_equal(function(image, mask=mask), of_pixels(function, image, mask))
    strided = np.repeat(mask, 2, axis=1)[:, ::2]
    np.testing.assert_array_equal(function(image, mask=strided), function(image, mask=mask))


@functions
def test_masks_of_cells(function):
    image, mask = large((31, 46, 3)), random_labels((31, 46), 1) == 1
    both = zip(cells(image, 2, 3), cells(mask, 2, 3), strict=True)
    expected = np.concatenate([of_pixels(function, cell, part) for cell, part in both])
    np.testing.assert_array_equal(function(image, grid=(2, 3), mask=mask), expected)


@functions
@settings(max_examples=15)
@given(image=color_images, seed=st.integers(0, 9), n=st.integers(0, 6))
def test_labels(function, image, seed, n):
    labels = random_labels(image.shape[:2], n, seed)
    actual = function(image, labels=labels)
    count = labels.max(initial=0)
    assert actual.shape == (count, function(image).size)
    for i in range(count):
        np.testing.assert_array_equal(actual[i], of_pixels(function, image, labels == i + 1))


@functions
@pytest.mark.parametrize("n", [5, 3000])
def test_threads_share_the_labels(function, n):
    image, labels = large((700, 501, 3)), random_labels((700, 501), n)
    labels[labels == 2] = 3  # nobody has this label
    actual = function(image, labels=labels)
    assert not actual[1].any()
    for i in (0, 1, 2, labels.max() - 1):
        np.testing.assert_array_equal(actual[i], of_pixels(function, image, labels == i + 1))


@functions
def test_threads_share_grids_and_masks(function):
    image, mask = large((900, 701, 3)), random_labels((900, 701), 1) == 1
    np.testing.assert_array_equal(function(image, mask=mask), of_pixels(function, image, mask))
    expected = np.concatenate([function(cell) for cell in cells(image, 3, 2)])
    np.testing.assert_array_equal(function(image, grid=(3, 2)), expected)


def test_float_images():
    image = large((40, 50, 3), np.float32)
    labels = random_labels((40, 50), 4)
    expected = np.stack([of_pixels(gray, image, labels == i + 1) for i in range(4)])
    np.testing.assert_array_equal(gray(image, labels=labels), expected)
    np.testing.assert_array_equal(gray(image, mask=labels == 2), expected[1])
    np.testing.assert_array_equal(gray(image, grid=(2, 1))[27:], gray(image[20:]))


@functions
def test_nothing_chosen_gives_zeros(function):
    image = large((8, 9, 3))
    assert not function(image, mask=np.zeros((8, 9), bool)).any()
    assert function(image, labels=np.zeros((8, 9), np.int32)).shape == (0, function(image).size)
    assert not function(image[:0], grid=(2, 2)).any()
    assert not function(image[:1, :1], grid=(3, 3))[: function(image).size].any()


@pytest.mark.parametrize("function", [gray, table, joint, apart])
@pytest.mark.parametrize("levels", [1, 2, 3])
@pytest.mark.parametrize("shape", [(40, 37, 3), (2, 3, 3), (0, 0, 3)])
def test_pyramids(function, levels, shape):
    """The weights of Lazebnik et al., by their formula."""
    image = large(shape)
    counted = function is gray or function is apart  # l2: of squares
    expected = []
    for level in range(levels):
        weight = 2.0 ** -(levels - 1) if level == 0 else 2.0 ** -(levels - level)
        share = weight / 4**level
        factor = share if function is table else np.sqrt(share)
        side = 2**level
        expected += [factor * function(cell) for cell in cells(image, side, side)]
    actual = function(image, levels=levels)
    np.testing.assert_allclose(actual, np.concatenate(expected), rtol=1e-6)
    if counted and image.size > 100:
        assert np.linalg.norm(actual) == pytest.approx(1, abs=1e-6)


def test_pyramids_of_counts_are_pyramid_matches():
    """Intersections add up to the kernel's new matches, each level's weighed 2^-(L - l)."""
    a, b = (
        np.random.default_rng(i).integers(0, 40 * (i + 2), (32, 32)).astype(np.uint8)
        for i in range(2)
    )
    ours = np.minimum(*(gray(x, levels=3, normalize=None) for x in (a, b))).sum()
    matches = [
        np.minimum(*(gray(x, grid=(2**level,) * 2, normalize=None) for x in (a, b))).sum()
        for level in range(3)
    ]
    new = [matches[0] - matches[1], matches[1] - matches[2], matches[2]]
    assert ours == pytest.approx(sum(w * m for w, m in zip((1 / 4, 1 / 2, 1), new, strict=True)))


@pytest.mark.parametrize("normalize", NORMS)
def test_normalizations_of_cells(normalize):
    image = large((20, 30))
    expected = [gray(cell, normalize=normalize) for cell in cells(image, 2, 2)]
    actual = gray(image, grid=(2, 2), normalize=normalize)
    np.testing.assert_array_equal(actual, np.concatenate(expected))


@pytest.mark.parametrize(
    "descriptor",
    [
        Histogram(9, grid=(2, 3)),
        Histogram(9, levels=3),
        ColorHistogram(3, "lab", grid=[3, 1]),
        ColorHistogram((5, 3, 2), "opponent", levels=2),
        ColorMoments("hsv", grid=(2, 2)),
    ],
)
def test_descriptors_and_recipes(descriptor):
    image = large((33, 47, 3))
    recipe = im.features.Recipe([descriptor, Histogram(4)])
    assert descriptor(image).size == descriptor.size(3)
    expected = np.concatenate([descriptor(image), Histogram(4)(image)])
    np.testing.assert_array_equal(recipe(image), expected)
    read = im.features.Recipe.from_json(recipe.to_json())
    assert read == recipe
    np.testing.assert_array_equal(read(image), expected)


def test_recipes_of_before_still_read():
    """Format 1 as written before there were grids and levels."""
    part = '"bins": 8, "range": [0, 256], "normalize": "l2"'
    color = '"bins": [8, 4, 4], "space": "hsv", "joint": true, "normalize": "hellinger"'
    text = (
        f'{{"format": 1, "preprocess": [], "descriptors": [{{"type": "Histogram", {part}}}, '
        f'{{"type": "ColorHistogram", {color}}}], "min_side": null}}'
    )
    recipe = im.features.Recipe.from_json(text)
    assert recipe.descriptors == (
        Histogram(),
        ColorHistogram((8, 4, 4), "hsv", normalize="hellinger"),
    )


IMAGE = np.zeros((4, 5, 3), np.uint8)
MASK, LABELS = np.ones((4, 5), bool), np.ones((4, 5), np.int32)


@functions
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"grid": (0, 1)}, "^grid must be two numbers from 1 to 4096, got"),
        ({"grid": (1, 5000)}, "^grid must be two numbers from 1 to 4096, got"),
        ({"grid": 2}, r"^grid must be \(rows, columns\), got 2"),
        ({"grid": (1, 2, 3)}, r"^grid must be \(rows, columns\), got"),
        ({"mask": MASK[:3]}, r"^mask must have shape \(4, 5\) as the image has, got \(3, 5\)"),
        ({"labels": LABELS[:3]}, r"^labels must have shape \(4, 5\) as the image has, got \(3, 5\)"),
        ({"labels": -LABELS}, "^labels must not be negative, got -1"),
        ({"labels": LABELS + 2**30}, "^labels must be at most"),
        ({"labels": LABELS, "mask": MASK}, "^mask and labels must not both be given"),
        ({"labels": LABELS, "grid": (2, 2)}, "^labels must not be given together with grid"),
    ],
)
def test_refuses_values_out_of_range(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(IMAGE, **arguments)


@functions
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mask": MASK.astype(np.uint8)}, "^mask must be bool, got uint8"),
        ({"labels": LABELS.astype(np.int64)}, "^labels must be int32, got int64"),
        ({"labels": LABELS.astype(">i4")}, "^labels must be int32, got >i4"),
        ({"grid": (1.5, 1)}, "^grid must be a whole number"),
    ],
)
def test_refuses_wrong_kinds(function, arguments, message):
    with pytest.raises(TypeError, match=message):
        function(IMAGE, **arguments)


@pytest.mark.parametrize("function", [gray, joint])
@pytest.mark.parametrize("levels", [0, 9, -1])
def test_refuses_levels_out_of_range(function, levels):
    with pytest.raises(ValueError, match=r"^levels must be between 1 and 8, got"):
        function(IMAGE, levels=levels)
    with pytest.raises(ValueError, match=r"^grid and levels must not be given together"):
        function(IMAGE, levels=2, grid=(2, 2))
    with pytest.raises(ValueError, match=r"^levels must be between 1 and 8, got"):
        Histogram(levels=levels)

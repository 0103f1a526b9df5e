import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.color import rgb2gray
from imgmine.features import lbp_histogram
from imgmine.segment import label, regions
from skimage import measure

from .label_images import blobs, label_images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

# Ours and scikit-image's names.
EXACT = {"label": "label", "area": "area", "box": "bbox", "euler_number": "euler_number"}
FLOATS = {
    "centroid": "centroid",
    "extent": "extent",
    "equivalent_diameter": "equivalent_diameter_area",
    "axis_major_length": "axis_major_length",
    "axis_minor_length": "axis_minor_length",
    "eccentricity": "eccentricity",
    "perimeter": "perimeter",
    "moments": "moments",
    "moments_central": "moments_central",
    "moments_normalized": "moments_normalized",
    "moments_hu": "moments_hu",
}
VALUES = {"mean": "intensity_mean", "std": "intensity_std"}
ENDS = {"min": "intensity_min", "max": "intensity_max"}


def peers(labels, image=None):
    return measure.regionprops(np.ascontiguousarray(labels), image)


def column(peers, name):
    return np.array([getattr(region, name) for region in peers])


def values_of(labels, seed, channels, dtype):
    rng = np.random.default_rng(seed)
    shape = labels.shape if channels is None else (*labels.shape, channels)
    values = rng.integers(0, 256, shape) if dtype == np.uint8 else rng.normal(50, 9, shape)
    return values.astype(dtype)


@given(label_images(min_side=1))
def test_equals_skimage(labels):
    table, others = regions(labels), peers(labels)
    assert len(table) == len(others)
    if not others:
        return
    for ours, theirs in EXACT.items():
        np.testing.assert_array_equal(getattr(table, ours), column(others, theirs), ours)
        assert getattr(table, ours).dtype == (np.int32 if ours == "label" else np.int64)
    for ours, theirs in FLOATS.items():
        actual, expected = getattr(table, ours), column(others, theirs)
        scale = max(np.abs(np.nan_to_num(expected)).max(), 1)
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-9 * scale, err_msg=ours)


@pytest.mark.parametrize("seed", range(3))
def test_hull_equals_skimage(seed):
    """But for lines and points, whose hulls scikit-image cannot compute."""
    labels, _ = label(blobs((90, 110), seed))
    others = peers(labels)
    table = regions(labels)
    solid = np.minimum(*(table.box[:, 2:] - table.box[:, :2]).T) > 2
    expected = column(others, "area_convex")
    np.testing.assert_array_equal(table.area_convex[solid], expected[solid])
    np.testing.assert_allclose(table.solidity, table.area / table.area_convex)
    assert (table.solidity <= 1).all()


def test_orientation_equals_skimage():
    rows, columns = np.mgrid[:60, :60] - 30
    for angle in np.linspace(-1.5, 1.5, 13):
        along = rows * np.cos(angle) + columns * np.sin(angle)
        across = columns * np.cos(angle) - rows * np.sin(angle)
        labels = (np.abs(along) < 20) & (np.abs(across) < 6)
        (region,) = peers(labels.astype(int))
        np.testing.assert_allclose(regions(labels)[0].orientation, region.orientation, atol=1e-9)
        np.testing.assert_allclose(region.orientation, angle, atol=0.02)


@given(
    label_images(min_side=1),
    st.integers(0, 1000),
    st.sampled_from([None, 1, 3, 4]),
    st.sampled_from([np.uint8, np.float32]),
)
def test_values_equal_skimage(labels, seed, channels, dtype):
    image = values_of(labels, seed, channels, dtype)
    table, others = regions(labels, image), peers(labels, image.astype(np.float64))
    if not others:
        return
    for ours, theirs in ENDS.items():
        np.testing.assert_array_equal(getattr(table, ours), column(others, theirs), ours)
    for ours, theirs in VALUES.items():
        expected = column(others, theirs)
        np.testing.assert_allclose(getattr(table, ours), expected, rtol=1e-6, atol=1e-9)
    assert ("lbp" in table.columns) == (dtype == np.uint8 and channels in (None, 3))


def test_patterns_are_those_of_the_features():
    labels = label(blobs((100, 120)))[0] * 3
    image = values_of(labels, 0, 3, np.uint8)
    table = regions(labels, image)
    expected = lbp_histogram(rgb2gray(image), labels=labels)[table.label - 1]
    np.testing.assert_allclose(table.lbp, expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(700, 900), (9, 20_000)])
def test_large(shape):
    labels, n = label(blobs(shape))
    image = values_of(labels, 1, None, np.uint8)
    table = regions(labels, image)
    np.testing.assert_array_equal(table.area, np.bincount(labels.ravel())[1:])
    sums = np.bincount(labels.ravel(), image.ravel())[1:]
    np.testing.assert_array_equal(table.mean, sums / table.area)
    rows = np.bincount(labels.ravel(), np.indices(shape)[0].ravel())[1:]
    np.testing.assert_array_equal(table.centroid[:, 0], rows / table.area)
    assert len(table) == n


def test_huge_labels_take_no_memory():
    labels = np.zeros((3, 4), np.int64)
    labels[0, 0], labels[1:, 2:] = 2**31 - 1, 2**31 - 2
    table = regions(labels)
    np.testing.assert_array_equal(table.label, [2**31 - 2, 2**31 - 1])
    np.testing.assert_array_equal(table.area, [4, 1])


def test_does_not_look_at_the_labels_again():
    labels = np.array([[1, 1, 0, 2]], np.int32)
    table = regions(labels)
    labels[:] = 9
    np.testing.assert_array_equal(table.perimeter, regions([[1, 1, 0, 2]]).perimeter)
    np.testing.assert_array_equal(table.area, [2, 1])


@pytest.mark.parametrize("image", [None, np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 6), (1, 1)])
def test_no_region(shape, image):
    image = None if image is None else np.zeros((*shape, 3), image)
    table = regions(np.zeros(shape, int), image)
    assert len(table) == 0
    assert list(table) == []
    for name, values in table.to_dict().items():
        assert len(values) == 0, name


def test_one_pixel():
    region = regions([[5]], np.uint8([[7]]))[0]
    assert (region.label, region.area, region.mean, region.std) == (5, 1, 7, 0)
    assert region.perimeter == region.axis_major_length == region.eccentricity == 0
    assert region.solidity == region.extent == region.euler_number == 1


def test_is_a_table():
    table = regions(np.arange(1, 13).reshape(3, 4))
    assert [region.label for region in table] == list(range(1, 13))
    assert table[-1].label == table[np.int64(11)].label == 12
    assert table[2].to_dict().keys() == table.to_dict().keys() == set(table.columns)
    assert repr(table[2]) == "Region(label=3, area=1, box=(0, 2, 1, 3))"
    text = repr(table)
    assert text.startswith("Regions: 12, columns label, area")
    assert text.splitlines()[5] == "  ..."
    assert len(text.splitlines()) == 9
    assert "perimeter" in dir(table[0])
    for index in (12, -13):
        with pytest.raises(IndexError, match=r"^there are 12 regions, got index"):
            table[index]
    with pytest.raises(TypeError, match=r"^index must be a whole number, got str"):
        table["area"]
    with pytest.raises(AttributeError, match=r"^a region has no 'mean', only label, area"):
        _ = table[0].mean


def test_refuses_other_arguments():
    with pytest.raises(ValueError, match=r"^labels must not be negative, got -1"):
        regions(np.int32([[-1]]))
    with pytest.raises(ValueError, match=r"^image must have the size of labels, \(2, 2\), got"):
        regions(np.ones((2, 2), int), np.zeros((2, 3), np.uint8))
    with pytest.raises(TypeError, match=r"^image must be uint8 or float32, got float64"):
        regions(np.ones((2, 2), int), np.zeros((2, 2)))
    with pytest.raises(TypeError, match=r"^labels must hold whole numbers, got float64"):
        regions(np.ones((2, 2)))

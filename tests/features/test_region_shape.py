import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import RegionShape, region_shape, region_shape_names
from skimage import data, measure

from ..strategies import LAYOUTS

NAMES = region_shape_names()
PEERS = {name: name for name in NAMES[:10]} | {"equivalent_diameter": "equivalent_diameter_area"}


@st.composite
def masks(draw, max_side=20):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = draw(st.tuples(st.integers(1, max_side), st.integers(1, max_side)))
    mask = rng.random(shape) < draw(st.sampled_from([0.1, 0.5, 0.8, 0.97]))
    size = draw(st.integers(1, 4))
    mask = np.repeat(np.repeat(mask, size, 0), size, 1)
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS)))](mask)


def of_scikit_image(mask):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of hulls
        (region,) = measure.regionprops(mask.astype(np.uint8))
        return {name: getattr(region, peer) for name, peer in PEERS.items()}


def check(shape, expected):
    shape = dict(zip(NAMES, shape, strict=True))
    for name, value in expected.items():
        if name == "orientation":  # of what is round, rounding decides
            if expected["eccentricity"] < 1e-3:
                continue
            difference = (shape[name] - value) % np.pi
            assert min(difference, np.pi - difference) < 1e-7
        elif name == "eccentricity":
            assert abs(shape[name] - value) < 1e-6
        else:
            assert abs(shape[name] - value) < 1e-9 * max(abs(value), 1)


@given(masks())
def test_matches_scikit_image(mask):
    if mask.any():
        check(region_shape(mask), of_scikit_image(mask))


@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 40), st.integers(1, 3))
def test_labels_are_masks(seed, height, width, size):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, (height, width)).astype(np.int32)
    labels = np.repeat(np.repeat(labels, size, 0), size, 1)
    rows = region_shape(labels=labels)
    assert rows.shape == (max(labels.max(), 0), 13)
    for i, row in enumerate(rows):
        np.testing.assert_array_equal(row, region_shape(labels == i + 1))


def test_real_regions():
    labels = measure.label(data.coins() > 110).astype(np.int32)
    rows = region_shape(labels=labels)
    for region in measure.regionprops(labels):
        if region.area < 3:
            continue
        check(rows[region.label - 1], {n: getattr(region, peer) for n, peer in PEERS.items()})


def test_ratios():
    y, x = np.mgrid[-50:51, -50:51]
    disk = dict(zip(NAMES, region_shape(y * y + x * x <= 45**2), strict=True))
    assert disk["roundness"] == pytest.approx(1, abs=0.01)
    assert disk["form_factor"] == pytest.approx(1, abs=0.1)
    assert disk["compactness"] == pytest.approx(1 / disk["form_factor"])


def test_symmetric_regions_are_found_to_be():
    square = dict(zip(NAMES, region_shape(np.ones((7, 7), bool)), strict=True))
    assert square["eccentricity"] == 0
    assert square["orientation"] == -np.pi / 4


@pytest.mark.parametrize("mask", [np.zeros((4, 4), bool), np.zeros((0, 3), bool)])
def test_no_pixels_give_zeros(mask):
    np.testing.assert_array_equal(region_shape(mask), np.zeros(13))


def test_one_pixel():
    shape = dict(zip(NAMES, region_shape(np.eye(1) > 0), strict=True))
    assert (shape["area"], shape["perimeter"], shape["solidity"], shape["euler_number"]) == (
        1,
        0,
        1,
        1,
    )
    assert shape["axis_major_length"] == shape["form_factor"] == shape["roundness"] == 0


def test_descriptor_is_of_what_is_light():
    image = np.full((40, 40), 30, np.uint8)
    image[5:15, 10:30] = 200
    shape = dict(zip(NAMES, region_shape(image > 100), strict=True))
    expected = [200 / 1600, *(shape[n] for n in ("eccentricity", "solidity", "extent"))]
    np.testing.assert_allclose(RegionShape()(image)[:4], expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, ValueError, "^mask or labels must be given"),
        ({"mask": np.eye(3) > 0, "labels": np.eye(3, dtype=np.int32)}, ValueError, "not both"),
        ({"mask": np.eye(3, dtype=np.uint8)}, TypeError, "^mask must be bool"),
        ({"mask": np.zeros((2, 2, 2), bool)}, ValueError, "^mask must have shape"),
        ({"labels": np.eye(3)}, TypeError, "^labels must be int32"),
        ({"labels": np.full((2, 2), 10**9, np.int32)}, ValueError, "^labels must be at most"),
    ],
)
def test_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        region_shape(**arguments)

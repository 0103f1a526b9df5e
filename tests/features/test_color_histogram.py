import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import ColorHistogram, color_histogram

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

NORMS = ["l1", "l2", "hellinger", None]

spaces = st.sampled_from(["rgb", "hsv", "lab", "opponent"])
some_bins = st.sampled_from([1, 2, 3, 8, 16, 31])
triples = st.tuples(some_bins, some_bins, some_bins)
color_images = images(dtypes=[np.uint8], channels=(3, 4))


def rgb_to_lab(rgb):
    """8-bit CIE L*a*b* in the fixed point of OpenCV: 11 bits of light, 12 of matrix, 15 of f."""
    c = np.arange(256) / 255
    light = np.rint(2040 * np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4))
    xyz = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169]])
    xyz = np.vstack([xyz, [0.019334, 0.119193, 0.950227]]) / [[0.950456], [1], [1.088754]]
    x = np.arange(3072) / 2040
    f = np.rint(32768 * np.where(x < 0.008856, 7.787 * x + 16 / 116, np.cbrt(x))).astype(int)
    weights = np.rint(4096 * xyz.T).astype(int)
    f_x, f_y, f_z = np.moveaxis(f[(light.astype(int)[rgb] @ weights + 2048) >> 12], -1, 0)
    lightness = (116 * 255 + 50) // 100 * f_y - (16 * 255 * 2**15 + 50) // 100
    lab = [lightness, 500 * (f_x - f_y) + (128 << 15), 200 * (f_y - f_z) + (128 << 15)]
    return np.clip((np.stack(lab, -1) + 2**14) >> 15, 0, 255)


def in_space(image, space):
    """Return the values that are counted; HSV is of OpenCV's making."""
    rgb = np.ascontiguousarray(image[..., :3])
    if space == "lab":
        return rgb_to_lab(rgb)
    if space == "opponent":
        r, g, b = np.moveaxis(rgb.astype(int), -1, 0)
        return np.stack([(r - g + 255) // 2, (r + g - 2 * b + 510) // 4, (r + g + b) // 3], -1)
    return rgb if space == "rgb" or rgb.size == 0 else cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)


def reference(image, bins, space, joint):
    values = in_space(image, space).reshape(-1, 3).astype(int)
    extents = [180 if space == "hsv" else 256, 256, 256]
    cells = [values[:, c] * bins[c] // extents[c] for c in range(3)]
    if joint:
        cube = np.zeros(bins, int)
        np.add.at(cube, tuple(cells), 1)
        return cube.ravel()
    return np.concatenate([np.bincount(cells[c], minlength=bins[c]) for c in range(3)])


@given(color_images, triples, spaces, st.booleans())
def test_counts_match_reference(image, bins, space, joint):
    actual = color_histogram(image, bins, space, joint, normalize=None)
    expected = reference(image, bins, space, joint)
    assert actual.dtype == np.float32
    np.testing.assert_array_equal(actual, expected)


@given(
    images(dtypes=[np.uint8], channels=(3,), min_side=1), triples, st.sampled_from(["rgb", "hsv"])
)
def test_joint_matches_opencv(image, bins, space):
    extents = [0, 180 if space == "hsv" else 256, 0, 256, 0, 256]
    peer = cv2.calcHist([in_space(image, space)], [0, 1, 2], None, bins, extents)
    actual = color_histogram(image, bins, space, normalize=None)
    np.testing.assert_array_equal(actual, peer.ravel())


@given(color_images, some_bins, spaces, st.booleans(), st.sampled_from(NORMS))
def test_normalizations(image, bins, space, joint, normalize):
    counts = color_histogram(image, bins, space, joint, normalize=None).astype(np.float64)
    actual = color_histogram(image, bins, space, joint, normalize=normalize)
    shares = counts / max(counts.sum(), 1)
    expected = {
        "l1": shares,
        "l2": counts / max(np.linalg.norm(counts), 1),
        "hellinger": np.sqrt(shares),
        None: counts,
    }[normalize]
    np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=0)


@given(color_images, some_bins, spaces, st.booleans(), st.sampled_from(NORMS))
def test_the_descriptor_is_the_function(image, bins, space, joint, normalize):
    descriptor = ColorHistogram(bins, space, joint, normalize)
    expected = color_histogram(image, bins, space, joint, normalize=normalize)
    np.testing.assert_array_equal(descriptor(image), expected)


@given(color_images, some_bins, spaces, st.booleans())
def test_one_number_of_bins_is_three(image, bins, space, joint):
    np.testing.assert_array_equal(
        color_histogram(image, bins, space, joint),
        color_histogram(image, [bins] * 3, space, joint),
    )


def plane_of_colors(blue):
    image = np.full((256, 256, 3), blue, np.uint8)
    image[..., 0], image[..., 1] = np.meshgrid(np.arange(256), np.arange(256))
    return image


@pytest.mark.parametrize("blue", [0, 100, 255])
def test_lab_is_opencvs_but_for_a_few_colors(blue):
    """Seen channel by channel, a histogram of one pixel is its color."""
    image = plane_of_colors(blue)[::5, ::5].reshape(1, -1, 3)
    peer = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[0].astype(int)
    ours = [
        color_histogram(image[:, i : i + 1], 256, "lab", joint=False, normalize=None)
        for i in range(image.shape[1])
    ]
    difference = np.argwhere(ours)[:, 1].reshape(-1, 3) % 256 - peer
    assert np.abs(difference).max() <= 1
    assert difference.any(axis=1).mean() < 1e-3


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab", "opponent"])
@pytest.mark.parametrize("blue", [0, 1, 100, 128, 254, 255])
def test_every_red_and_green(space, blue):
    """Each conversion is exact in every color of six planes of the cube."""
    image = plane_of_colors(blue)
    actual = color_histogram(image, 256, space, joint=False, normalize=None)
    np.testing.assert_array_equal(actual, reference(image, (256,) * 3, space, joint=False))


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab", "opponent"])
@pytest.mark.parametrize("joint", [True, False])
def test_threads_share_the_rows(space, joint):
    image = large((900, 301, 3))
    actual = color_histogram(image, (8, 4, 5), space, joint, normalize=None)
    np.testing.assert_array_equal(actual, reference(image, (8, 4, 5), space, joint))


def test_alpha_is_left_out():
    image = large((20, 31, 4))
    np.testing.assert_array_equal(color_histogram(image), color_histogram(image[..., :3]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bins": 0}, "^bins must be between 1 and 256, got 0"),
        ({"bins": (8, 8, 257)}, "^bins must be between 1 and 256, got 257"),
        ({"bins": (8, 8)}, "^bins must be a number or three numbers"),
        ({"bins": ()}, "^bins must be a number or three numbers"),
        ({"space": "cmyk"}, "^space must be 'rgb', 'hsv', 'lab' or 'opponent', got 'cmyk'"),
        ({"normalize": "max"}, "^normalize must be"),
    ],
)
def test_refuses_values_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        color_histogram(np.zeros((4, 4, 3), np.uint8), **arguments)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 1), (4, 4, 2), (4, 4, 5)])
def test_refuses_other_channels(shape):
    with pytest.raises(ValueError, match=r"^image must have"):
        color_histogram(np.zeros(shape, np.uint8))

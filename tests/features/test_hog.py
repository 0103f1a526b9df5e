import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.features import HOG, hog, plot_hog
from skimage import data, feature

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

NORMS = ["l2-hys", "l2", "l1", "l1-sqrt"]


def gradients(image, sqrt):
    """Return the gradients of each pixel's channel with the longest one."""
    values = image.astype(np.float64)
    values = np.sqrt(values) if sqrt else values
    values = values[..., np.newaxis] if values.ndim == 2 else values
    gx, gy = np.zeros_like(values), np.zeros_like(values)
    gx[:, 1:-1] = values[:, 2:] - values[:, :-2]
    gy[1:-1] = values[2:] - values[:-2]
    best = (gx**2 + gy**2).argmax(2)[..., np.newaxis]
    return np.take_along_axis(gx, best, 2)[..., 0], np.take_along_axis(gy, best, 2)[..., 0]


def shares(extent, cell, block):
    """Return how much each pixel along an axis counts for each cell of each block."""
    side, n = cell * block, max(extent // cell - block + 1, 0)
    place = np.arange(side)
    window = np.exp(-((place - side / 2) ** 2) / (2 * (side / 4) ** 2))
    of_block = np.maximum(1 - np.abs((place + 0.5) / cell - 0.5 - np.arange(block)[:, None]), 0)
    result = np.zeros((n, block, extent))
    for i in range(n):
        result[i, :, i * cell : i * cell + side] = of_block * window
    return result


def reference(image, orientations, cell, block, signed, sqrt):
    """Vote as Dalal and Triggs do, in double: each pixel for each block's cells."""
    gx, gy = gradients(image, sqrt)
    turn = 2 * np.pi if signed else np.pi
    at = np.arctan2(gy, gx) % turn / turn * orientations - 0.5
    low = np.floor(at).astype(int)
    votes = np.zeros((*at.shape, orientations))
    for shift, share in ((0, 1 - (at - low)), (1, at - low)):
        bins = np.eye(orientations)[(low + shift) % orientations]
        votes += (np.hypot(gx, gy) * share)[..., np.newaxis] * bins
    down, across = (shares(extent, cell, block) for extent in at.shape)
    blocks = np.tensordot(np.tensordot(down, votes, (2, 0)), across, (2, 2))  # a i o b j
    blocks = blocks.transpose(0, 3, 1, 4, 2).reshape(-1, block * block * orientations)
    size = blocks.shape[1]
    blocks = blocks / (np.sqrt((blocks**2).sum(1, keepdims=True)) + 0.1 * size)
    blocks = np.minimum(blocks, 0.2)
    return (blocks / (np.sqrt((blocks**2).sum(1, keepdims=True)) + 1e-3)).ravel()


@given(
    images(channels=(None, 1, 3)), st.integers(1, 12), st.integers(1, 9), st.integers(1, 4),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_full_matches_reference(image, orientations, cell, block, signed, sqrt):
    image = np.abs(image) if image.dtype == np.float32 else image
    actual = hog(image, orientations, cell, block, signed=signed, sqrt=sqrt)
    expected = reference(image, orientations, cell, block, signed, sqrt)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual, expected, atol=3e-5)


@given(
    images(channels=(None, 3), min_side=1), st.integers(1, 12), st.integers(1, 9),
    st.integers(1, 4), st.sampled_from(NORMS), st.booleans(),
)  # fmt: skip
def test_none_matches_scikit_image(image, orientations, cell, block, norm, sqrt):
    """But where an angle stands on the border of two orientations, but for its rounding."""
    if min(image.shape[:2]) < cell * block:
        image = np.repeat(np.repeat(image, cell * block, 0), cell * block, 1)
    image = np.abs(image) if image.dtype == np.float32 else image
    gx, gy = gradients(image, sqrt)
    at = np.arctan2(gy, gx) / np.pi * orientations
    near = (np.abs(at - np.rint(at)) < 1e-5) & (gx != 0) & (gy != 0) & (np.abs(gx) != np.abs(gy))
    if near.any():
        return
    options = {"interpolation": "none", "normalize": norm, "sqrt": sqrt}
    actual = hog(image, orientations, cell, block, **options)
    expected = feature.hog(
        image.astype(np.float64), orientations, (cell, cell), (block, block),
        {"l2-hys": "L2-Hys", "l2": "L2", "l1": "L1", "l1-sqrt": "L1-sqrt"}[norm],
        transform_sqrt=sqrt, channel_axis=2 if image.ndim == 3 else None,
    )  # fmt: skip
    np.testing.assert_allclose(actual, expected, atol=2e-5)


@pytest.mark.skipif(not hasattr(cv2, "HOGDescriptor"), reason="OpenCV 5 has no HOGDescriptor")
@pytest.mark.parametrize("signed", [False, True])
def test_full_matches_opencv(signed):
    image = data.camera()[100:228, 200:264]
    window = cv2.HOGDescriptor(
        (64, 128), (16, 16), (8, 8), (8, 8), 9, 1, -1, 0, 0.2, False, 64, signed
    )
    peer = window.compute(image).reshape(7, 15, 2, 2, 9).transpose(1, 0, 3, 2, 4).ravel()
    np.testing.assert_allclose(hog(image, signed=signed), peer, atol=1e-3)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("shape", [(400, 603), (300, 401, 3)])
def test_threads_share_the_rows(dtype, shape):
    image = np.abs(large(shape, dtype))
    np.testing.assert_allclose(hog(image), reference(image, 9, 8, 2, False, False), atol=3e-5)


@given(images(channels=(None, 3)), st.integers(1, 12), st.integers(1, 6))
def test_orientation_keeps_the_lengths(image, orientations, cell):
    """Without normalization a cell's sum is that of its gradients."""
    gx, gy = gradients(image, False)
    height, width = (extent // cell * cell for extent in gx.shape)
    lengths = np.hypot(gx, gy)[:height, :width]
    sums = lengths.reshape(height // cell, cell, width // cell, cell).sum((1, 3))
    cells = hog(image, orientations, cell, 1, interpolation="orientation", normalize=None)
    cells = cells.reshape(*sums.shape, orientations).sum(2)
    np.testing.assert_allclose(cells, sums, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("signed", [False, True])
def test_directions(signed):
    """A slope at the middle of an orientation votes for it alone."""
    for i in range(8):
        angle = (i + 0.5) * (2 if signed else 1) * np.pi / 8
        y, x = np.mgrid[:12, :12]
        image = (100 + x * np.cos(angle) + y * np.sin(angle)).astype(np.float32)
        cells = hog(image, 8, 4, 1, signed=signed, interpolation="orientation", normalize="l1")
        middle = cells.reshape(3, 3, 8)[1, 1]
        assert middle.argmax() == i
        assert middle[i] > 0.99 * middle.sum()


def test_what_is_not_finite_does_not_vote():
    image = np.arange(256, dtype=np.float32).reshape(16, 16)
    image[3, 3], image[9, 9], image[12, 4], image[6, 13] = np.nan, np.inf, -np.inf, 3e38
    for interpolation in ("full", "orientation", "none"):
        assert np.isfinite(hog(image, cell=4, interpolation=interpolation)).all()


@pytest.mark.parametrize("shape", [(15, 100), (100, 15), (0, 0), (1, 1)])
def test_too_small_for_a_block(shape):
    assert hog(np.zeros(shape, np.uint8)).shape == (0,)


def test_constant_images_have_no_gradients():
    np.testing.assert_array_equal(hog(np.full((32, 32), 7, np.uint8)), 0)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"orientations": 0}, ValueError, "^orientations must be between 1 and 360, got 0"),
        ({"orientations": 361}, ValueError, "^orientations must be"),
        ({"cell": 0}, ValueError, "^cell must be between 1 and 256, got 0"),
        ({"cell": 257}, ValueError, "^cell must be"),
        ({"block": 5}, ValueError, "^block must be between 1 and 4, got 5"),
        ({"interpolation": "linear"}, ValueError, "^interpolation must be 'full', "),
        ({"normalize": "L2"}, ValueError, "^normalize must be 'l2-hys', .* got 'L2'"),
        ({"normalize": "none"}, ValueError, "^normalize must be"),
        ({"signed": 1}, TypeError, "^signed must be True or False"),
        ({"cell": 8.0}, TypeError, "^cell must be a whole number"),
    ],
)
def test_refuses(arguments, error, message):
    for shape in ((32, 32), (0, 4)):
        with pytest.raises(error, match=message):
            hog(np.zeros(shape, np.uint8), **arguments)
    with pytest.raises(error, match=message):
        HOG(**arguments)


@pytest.mark.parametrize("shape", [(16, 16), (31, 64), (5000, 64), (64,), (-1, 64)])
def test_descriptor_refuses_shapes(shape):
    with pytest.raises(ValueError, match=r"^s(hape|ize) must"):
        HOG(shape=shape)


def test_plot(tmp_path):
    figure = plot_hog(data.camera()[::4, ::4], cell=16, path=tmp_path / "hog.png")
    (lines,) = figure.axes[1].collections
    assert len(lines.get_segments()) == 8 * 8 * 9
    assert (tmp_path / "hog.png").stat().st_size > 1000

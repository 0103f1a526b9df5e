import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.filters import gaussian_blur
from imgmine.segment import felzenszwalb
from skimage import segmentation
from skimage.data import astronaut

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

WAYS = [(0, 1), (1, -1), (1, 0), (1, 1)]


def edges_of(image):
    """Return (weight, row, way, column, pixel, other pixel) of every edge, lightest first."""
    height, width = image.shape[:2]
    planes = image.reshape(height, width, -1).astype(np.float32)
    edges = []
    for y, x in np.ndindex(height, width):
        for way, (down, right) in enumerate(WAYS):
            y2, x2 = y + down, x + right
            if y2 < height and 0 <= x2 < width:
                total = np.float32(0)
                for apart in planes[y, x] - planes[y2, x2]:
                    total += apart * apart
                steps = int(min(np.sqrt(total) * 2**20, 2**30 - 64))
                edges.append((steps, y, way, x, y * width + x, y2 * width + x2))
    return sorted(edges)


def reference(image, scale, min_size):
    """Follow the definition, with sets that are written out."""
    n = image.shape[0] * image.shape[1]
    region = np.arange(n)
    limit = np.full(n, np.float32(scale) * 2**20, np.float32)

    def join(i, j):
        region[region == region[j]] = region[i]
        return np.count_nonzero(region == region[i])

    edges = edges_of(image)
    for steps, *_, i, j in edges:
        weight = np.float32(steps)
        if region[i] != region[j] and weight <= min(limit[region[i]], limit[region[j]]):
            size = join(i, j)
            limit[region[i]] = weight + np.float32(scale) * np.float32(2**20) / np.float32(size)
    for *_, i, j in edges:
        sizes = [np.count_nonzero(region == region[k]) for k in (i, j)]
        if region[i] != region[j] and min(sizes) < min_size:
            join(i, j)
    _, first, names = np.unique(region, return_index=True, return_inverse=True)
    return (first.argsort().argsort()[names] + 1).reshape(image.shape[:2])


@given(
    images(channels=(None, 1, 3, 4), min_side=1),
    st.sampled_from([0, 1, 20, 100, 1000]),
    st.sampled_from([0, 1, 5, 40]),
)
def test_matches_reference(image, scale, min_size):
    image = image[:12, :24]
    labels = felzenszwalb(image, scale=scale, sigma=0, min_size=min_size)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, reference(image, scale, min_size))


@given(images(channels=(None, 3), min_side=1), st.sampled_from([0.5, 0.8, 2]))
def test_smoothes_first(image, sigma):
    smooth = gaussian_blur(image.astype(np.float32), sigma, border="reflect")
    np.testing.assert_array_equal(felzenszwalb(image, sigma=sigma), felzenszwalb(smooth, sigma=0))


@pytest.mark.parametrize("scale", [10, 100, 500])
def test_follows_scikit_image(scale):
    image = np.ascontiguousarray(astronaut()[:200, 100:340])
    labels = felzenszwalb(image, scale=scale)
    theirs = segmentation.felzenszwalb(image, scale=scale, sigma=0.8, min_size=20)
    assert abs(labels.max() - (theirs.max() + 1)) <= 0.02 * labels.max() + 1
    both = np.unique(labels * (theirs.max() + 1) + theirs, return_counts=True)[1]
    pairs = 2 * np.sum(both.astype(float) ** 2)
    pairs /= sum(np.sum(np.bincount(x.ravel()).astype(float) ** 2) for x in (labels, theirs))
    assert pairs > 0.98


def test_threads_share_the_rows():
    image = large((700, 500, 3))
    labels = felzenszwalb(image, scale=100)
    assert labels.min() == 1 < labels.max()
    assert (np.bincount(labels.ravel())[1:] >= 20).all()
    first = np.unique(labels, return_index=True)[1]
    assert (np.diff(first) > 0).all()


def test_degenerate():
    assert (felzenszwalb(np.full((30, 40), 9, np.uint8)) == 1).all()
    assert felzenszwalb(np.zeros((1, 1, 3), np.uint8)).tolist() == [[1]]
    assert felzenszwalb(np.zeros((0, 4), np.uint8)).shape == (0, 4)
    assert felzenszwalb(np.zeros((4, 0, 3), np.uint8)).shape == (4, 0)
    far = np.float32([[0, 1e30, np.nan, np.nan]])
    assert felzenszwalb(far, sigma=0, min_size=0).tolist() == [[1, 2, 3, 4]]
    assert felzenszwalb(far, sigma=0, min_size=9).tolist() == [[1, 1, 1, 1]]


def test_refuses():
    image = np.zeros((4, 4), np.uint8)
    for name in ("scale", "sigma"):
        for value in (-1, np.nan, np.inf):
            with pytest.raises(ValueError, match=rf"^{name} must be finite and not negative, got"):
                felzenszwalb(image, **{name: value})
        with pytest.raises(TypeError, match=rf"^{name} must be a number, got str"):
            felzenszwalb(image, **{name: "1"})
    with pytest.raises(ValueError, match=r"^min_size must not be negative, got -1"):
        felzenszwalb(image, min_size=-1)
    with pytest.raises(TypeError, match=r"^image must be uint8 or float32, got float64"):
        felzenszwalb(image.astype(float))
    with pytest.raises(
        ValueError, match=r"^image must have less than 2\^30 pixels, got 4294967296"
    ):
        felzenszwalb(wide())


def wide():
    """Return 2^32 pixels that take no memory: rows of one value, all at one place."""
    return np.lib.stride_tricks.as_strided(np.zeros(2**16, np.uint8), (2**16, 2**16), (0, 1))

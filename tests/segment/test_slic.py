import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import _core, metrics
from imgmine.color import rgb2lab
from imgmine.segment import slic
from scipy import ndimage
from skimage import data, measure, segmentation

from ..strategies import images, large

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

pictures = images(dtypes=[np.uint8], channels=(None, 1, 3))
numbers = st.sampled_from([1, 2, 5, 30, 100_000])


def photograph():
    return data.astronaut()[::2, ::2].copy()


def components(labels):
    """Count the 4-connected parts of each label."""
    return [ndimage.label(labels == k)[1] for k in range(1, labels.max() + 1)]


def assert_partition(labels, shape):
    """Each label a connected region, named in the order of their first pixels."""
    assert labels.shape == shape[:2]
    assert labels.dtype == np.int32
    if labels.size == 0:
        return
    values, first = np.unique(labels, return_index=True)
    np.testing.assert_array_equal(values, np.arange(1, labels.max() + 1))
    assert (np.diff(first) > 0).all()
    assert set(components(labels)) == {1}


@given(pictures, numbers, st.booleans(), st.sampled_from([0.1, 10, 1000]))
def test_slic_is_a_partition(image, n_segments, adaptive, compactness):
    labels = slic(image, n_segments, adaptive=adaptive, compactness=compactness, n_iter=3)
    assert_partition(labels, image.shape)


def eighths(image):
    """Return the pixels' colors as the function rounds them."""
    rgb = image if image.ndim == 3 and image.shape[2] == 3 else np.dstack([image] * 3)
    lab = np.floor(rgb2lab(rgb.astype(np.float32)) * np.float32(8) + np.float32(0.5)).astype(int)
    if rgb is not image:
        lab[..., 1:] = 0
    return lab


def first_centers(lab, step):
    """Return rows of color, y and x: a grid, each where the gradient is least."""
    height, width = lab.shape[:2]
    rows, columns = (int(np.clip(int(side / step + 0.5), 1, side)) for side in (height, width))
    steep = np.full((height + 4, width + 4), 2**30)
    across, down = lab[1:-1, 2:] - lab[1:-1, :-2], lab[2:, 1:-1] - lab[:-2, 1:-1]
    if min(height, width) > 2:
        steep[3:-3, 3:-3] = (across**2).sum(2) + (down**2).sum(2)
    centers = []
    for i in range(rows):
        for j in range(columns):
            y, x = (2 * i + 1) * height // (2 * rows), (2 * j + 1) * width // (2 * columns)
            if step >= 3:
                near = [(y, x)] + [(y + v, x + u) for v in (-1, 0, 1) for u in (-1, 0, 1)]
                y, x = min(near, key=lambda p: steep[p[0] + 2, p[1] + 2])
            centers.append([*lab[y, x], y, x])
    labels = np.arange(height)[:, None] * rows // height * columns
    return np.array(centers), labels + np.arange(width) * columns // width


def reference(image, n_segments, compactness, n_iter, adaptive):
    """SLIC by its definition, pixel by pixel of each window; regions may be in parts."""
    lab = eighths(image)
    height, width = lab.shape[:2]
    step = max(1.0, np.sqrt(height * width / n_segments))
    centers, labels = first_centers(lab, step)
    most, radius = 64.0 * compactness**2, int(np.ceil(step))
    squares = np.arange(-radius, radius + 1) ** 2 / step**2
    squares = squares.astype(np.float32) if adaptive else np.floor(most * squares + 0.5)
    spreads = np.zeros(len(centers))
    scales = np.full(len(centers), 1 / most, np.float32)
    every = 3 if step >= 10 else 2 if step >= 6 else 1
    for i in range(n_iter):
        last = i == n_iter - 1
        rows = np.arange(0 if last else i % every, height, 1 if last else every)
        best = np.full((height, width), 2.0**30)
        for k in sorted(range(len(centers)), key=lambda k: centers[k, 3]):
            y, x = centers[k, 3:]
            v = rows[abs(rows - y) <= radius]
            u = np.arange(max(x - radius, 0), min(x + radius + 1, width))
            window = np.ix_(v, u)
            color = ((lab[window] - centers[k, :3]) ** 2).sum(2)
            color = color.astype(np.float32) * scales[k] if adaptive else color
            distance = color + (squares[u - x + radius] + squares[v - y + radius][:, None])
            nearer = distance < best[window]
            labels[window] = np.where(nearer, k, labels[window])
            best[window] = np.where(nearer, distance, best[window])
        if last:
            break
        for k in np.unique(labels[rows]):
            v, u = np.nonzero(labels[rows] == k)
            pixels = np.column_stack([lab[rows[v], u], rows[v], u])
            spread = ((pixels[:, :3] - centers[k, :3]) ** 2).sum(1).max()
            centers[k] = np.floor(pixels.sum(0) / len(v) + 0.5)
            spreads[k] = max(spreads[k], spread)
            scales[k] = np.float32(1) / np.float32(spreads[k]) if spreads[k] else scales[k]
    return labels


def parts_of(labels):
    """Return the connected parts, numbered in the order of their first pixels."""
    return measure.label(labels + 1, connectivity=1)


@given(
    images(dtypes=[np.uint8], channels=(None, 1, 3), min_side=1),
    st.sampled_from([1, 2, 5, 30, 1000]),
    st.sampled_from([0.5, 10, 60]),
    st.sampled_from([1, 2, 5]),
    st.booleans(),
)
def test_matches_reference(image, n_segments, compactness, n_iter, adaptive):
    expected = reference(image, n_segments, compactness, n_iter, adaptive)
    actual = slic(
        image, n_segments, compactness=compactness, n_iter=n_iter, adaptive=adaptive, min_size=0
    )
    np.testing.assert_array_equal(actual, parts_of(expected))


@pytest.mark.parametrize("adaptive", [False, True])
def test_matches_reference_on_a_photograph(adaptive):
    image = photograph()[:100, :150]
    expected = reference(image, 60, 10, 10, adaptive)
    np.testing.assert_array_equal(
        slic(image, 60, adaptive=adaptive, min_size=0), parts_of(expected)
    )


def test_fragments_join_the_neighbor_most_alike():
    image = np.full((40, 60, 3), 30, np.uint8)
    image[:, 30:] = 220
    image[10:13, 10:13] = 60
    image[20:22, 40:43] = 190
    labels = slic(image, 2, compactness=0.5)
    np.testing.assert_array_equal(labels, np.where(np.arange(60) < 30, 1, 2) + np.zeros((40, 1)))


@pytest.mark.parametrize("n_segments", [100, 400])
def test_explains_as_much_as_scikit_image(n_segments):
    image = photograph()
    theirs = segmentation.slic(image, n_segments, compactness=10, start_label=1)
    tries = (slic(image, n, compactness=10) for n in range(n_segments // 2, n_segments, 4))
    ours = max((x for x in tries if x.max() <= theirs.max()), key=np.max)
    assert ours.max() > 0.9 * theirs.max()
    explained = [metrics.explained_variation(image, x) for x in (ours, theirs)]
    assert explained[0] > explained[1] - 0.01


def test_regions_are_no_smaller_than_asked_for():
    image = large((90, 130, 3))
    for min_size in (0, 1, 30, 500):
        sizes = np.bincount(slic(image, 50, min_size=min_size).ravel())[1:]
        assert sizes.min() >= min_size
    assert slic(image, 50, min_size=10**9).max() == 1


def test_constant_images_become_about_a_grid():
    labels = slic(np.full((60, 80, 3), 99, np.uint8), 12)
    assert labels.max() == 12
    sizes = np.bincount(labels.ravel())[1:]
    assert sizes.min() >= 300
    assert sizes.max() <= 500


def test_one_channel_is_gray():
    gray = photograph()[..., 1]
    rgb = np.dstack([gray] * 3)
    np.testing.assert_array_equal(slic(gray, 80), slic(gray[..., np.newaxis], 80))
    np.testing.assert_array_equal(eighths(gray)[..., 0], eighths(rgb)[..., 0])


def test_threads_share_large_images():
    image = np.kron(large((70, 90, 3)), np.ones((8, 8, 1), np.uint8))
    labels = slic(image, 300)
    _core.set_local_num_threads(1)
    np.testing.assert_array_equal(labels, slic(image, 300))
    _core.set_local_num_threads(0)


def test_more_iterations_than_one_matter():
    image = photograph()
    assert (slic(image, 100, n_iter=1) != slic(image, 100)).any()


def test_refuses():
    image = np.zeros((8, 9, 3), np.uint8)
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        slic(image.astype(np.float32))
    with pytest.raises(ValueError, match=r"^image must have 1 or 3 channels, got 4"):
        slic(np.zeros((8, 9, 4), np.uint8))
    with pytest.raises(ValueError, match=r"^n_segments must be at least 1, got 0"):
        slic(image, 0)
    for compactness in (0, -1, 1001, np.nan):
        with pytest.raises(ValueError, match=r"^compactness must be above 0 and at most 1000"):
            slic(image, compactness=compactness)
    with pytest.raises(TypeError, match=r"^n_segments must be a whole number, got float"):
        slic(image, 2.5)
    with pytest.raises(ValueError, match=r"^n_iter must be at least 1, got 0"):
        slic(image, n_iter=0)
    with pytest.raises(ValueError, match=r"^min_size must not be negative, got -1"):
        slic(image, min_size=-1)
    with pytest.raises(TypeError, match=r"^adaptive must be True or False, got int"):
        slic(image, adaptive=1)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.color import rgb2lab
from imgmine.segment import kmeans_segment

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


@given(
    images(dtypes=[np.uint8], channels=(None, 1, 3), min_side=1),
    st.integers(1, 6),
    st.sampled_from([0, 0.5, 1000]),
    st.sampled_from(["lab", "rgb"]),
)
def test_error_is_that_of_the_labels(image, n_clusters, position, color_space):
    n_clusters = min(n_clusters, image.shape[0] * image.shape[1])
    labels, error = kmeans_segment(image, n_clusters, position=position, color_space=color_space)
    assert labels.shape == image.shape[:2]
    assert labels.dtype == np.int32
    values, first = np.unique(labels, return_index=True)
    np.testing.assert_array_equal(values, np.arange(1, labels.max() + 1))
    assert (np.diff(first) > 0).all()
    colors = np.ascontiguousarray(image, np.float32)
    if colors.ndim == 3 and colors.shape[2] == 3 and color_space == "lab":
        colors = rgb2lab(colors)
    colors = colors.reshape(labels.size, -1).astype(np.float64)
    flat = labels.ravel()
    means = np.stack([colors[flat == k].mean(0) for k in values])
    np.testing.assert_allclose(
        error, ((colors - means[flat - 1]) ** 2).sum(1).mean(), rtol=1e-9, atol=1e-9
    )


def test_finds_colors_wherever_they_lie():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, (40, 50))
    palette = np.uint8([[250, 10, 10], [10, 250, 10], [10, 10, 250], [240, 240, 240]])
    labels, error = kmeans_segment(palette[truth], 4)
    assert error == pytest.approx(0, abs=1e-6)
    assert len(np.unique(truth * 10 + labels)) == 4


def test_positions_keep_regions_together():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (40, 60), dtype=np.uint8)
    labels, error = kmeans_segment(image, 6, position=1000)
    y, x = np.indices(image.shape)
    spread = sum(np.var(v[labels == k]) for v in (y, x) for k in range(1, 7)) / 6
    assert spread < 150
    assert error > kmeans_segment(image, 6)[1]


def test_same_seed_same_regions():
    image = np.random.default_rng(2).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    one, other = (kmeans_segment(image, 5, random_state=3)[0] for _ in range(2))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("position", [0, 0.3])
def test_of_several_starts_the_best_counts(position):
    rng = np.random.default_rng(4)
    y, x = np.indices((24, 30))
    image = rng.integers(0, 256, y.shape, dtype=np.uint8)
    samples = np.stack([image.ravel(), position * y.ravel(), position * x.ravel()], axis=1)

    def inertia(labels):
        names = labels.ravel()
        means = np.stack([samples[names == k].mean(0) for k in range(1, names.max() + 1)])
        return ((samples - means[names - 1]) ** 2).sum()

    once = [
        inertia(kmeans_segment(image, 9, position=position, random_state=seed)[0])
        for seed in range(8)
    ]
    best = [
        inertia(kmeans_segment(image, 9, position=position, n_init=8, random_state=seed)[0])
        for seed in range(4)
    ]
    assert max(once) > 1.005 * min(once)
    assert max(best) < np.median(once)
    first, _ = kmeans_segment(image, 9, position=position, n_init=1)
    np.testing.assert_array_equal(first, kmeans_segment(image, 9, position=position)[0])


def test_refuses():
    image = np.zeros((4, 5, 3), np.uint8)
    with pytest.raises(TypeError, match=r"^image must be uint8, got float64"):
        kmeans_segment(image.astype(float), 2)
    with pytest.raises(ValueError, match=r"^image must have 1 or 3 channels, got 2"):
        kmeans_segment(image[..., :2], 2)
    with pytest.raises(ValueError, match=r"^image must have at least one pixel"):
        kmeans_segment(image[:0], 2)
    with pytest.raises(ValueError, match=r"^n_clusters must be at least 1, got 0"):
        kmeans_segment(image, 0)
    with pytest.raises(ValueError, match=r"n_clusters=21"):
        kmeans_segment(image, 21)
    with pytest.raises(ValueError, match=r"^n_init must be at least 1, got 0"):
        kmeans_segment(image, 2, n_init=0)
    with pytest.raises(ValueError, match=r"^position must be finite and not negative, got -1"):
        kmeans_segment(image, 2, position=-1)
    with pytest.raises(ValueError, match=r"^color_space must be 'lab' or 'rgb', got 'hsv'"):
        kmeans_segment(image, 2, color_space="hsv")

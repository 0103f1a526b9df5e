import imgmine as im
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from imgmine import _core, features
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")


def near_hashes(seed, n, n_forms, spread):
    """Make hashes of which many are near others, and some equal."""
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 256, (n, n_forms, 8), dtype=np.uint8)
    for i in range(1, n):
        if rng.random() < 0.6:
            bits = rng.random((n_forms, 64)) < rng.integers(0, spread + 1) / 64
            flips = np.packbits(bits, axis=1)
            hashes[i] = hashes[rng.integers(0, i)] ^ (flips if rng.random() < 0.8 else 0)
    return hashes


def expected_pairs(hashes, radius):
    first, each = hashes[:, np.newaxis, np.newaxis, 0], hashes[np.newaxis]
    apart = np.bitwise_count(first ^ each).sum(axis=-1).min(axis=-1)
    return np.argwhere(np.triu(np.minimum(apart, apart.T) <= radius, 1))


def connected(n, pairs):
    if n == 0:
        return np.zeros(0, np.int64)
    links = coo_array((np.ones(len(pairs)), pairs.T), (n, n))
    labels = connected_components(links, directed=False)[1]
    return np.unique(labels, return_index=True)[1][labels]


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(0, 60),
    n_forms=st.sampled_from([1, 2, 8]),
    radius=st.one_of(st.integers(0, 24), st.just(64)),
    spread=st.integers(0, 12),
)
def test_equals_comparing_each_with_each(seed, n, n_forms, radius, spread):
    hashes = near_hashes(seed, n, n_forms, spread)
    pairs = expected_pairs(hashes, radius)
    np.testing.assert_array_equal(features.hash_pairs(hashes, radius), pairs)
    np.testing.assert_array_equal(features.hash_clusters(hashes, radius), connected(n, pairs))


@pytest.mark.parametrize("radius", [0, 2, 6, 12])
@pytest.mark.parametrize("n_forms", [1, 8])
def test_many(radius, n_forms):
    """Enough for tables of several blocks, and for both threads."""
    n = 2000 if n_forms == 1 else 500
    hashes = near_hashes(radius, n, n_forms, 6)
    pairs = expected_pairs(hashes, radius)
    np.testing.assert_array_equal(features.hash_pairs(hashes, radius), pairs)
    found = features.hash_clusters(hashes, radius)
    np.testing.assert_array_equal(found, connected(n, pairs))


@pytest.mark.parametrize("blocks_of", [300, 20_000])
def test_many_equal_hashes_take_no_time(blocks_of):
    hashes = np.repeat(np.eye(3, 8, dtype=np.uint8) * 255, blocks_of, axis=0)
    labels = features.hash_clusters(hashes, 3)
    np.testing.assert_array_equal(labels, np.repeat(np.arange(3) * blocks_of, blocks_of))


@settings(max_examples=4)
@given(seed=st.integers(0, 2**32), radius=st.sampled_from([6, 22, 64]))
@example(seed=1, radius=22)
def test_fingerprint_clusters_are_those_of_all_pairs(seed, radius):
    rng = np.random.default_rng(seed)
    pictures = [
        im.filters.gaussian_blur(rng.integers(0, 256, (40, 50), np.uint8), 4) for _ in range(12)
    ]
    copies = [np.rot90(pictures[i]) for i in range(3)] + [pictures[i][2:, 1:] for i in range(2, 6)]
    prints = [features.fingerprint(image) for image in (*pictures, *copies, pictures[0])]
    hashes = np.array([one.hashes for one in prints])
    thumbnails = np.array([one.thumbnail for one in prints])
    pairs, _ = features.find_near_duplicates(prints, threshold=0.9, radius=radius)
    used = np.ones(len(prints), np.bool_)
    labels = _core.features.fingerprint_clusters(hashes, thumbnails, used, radius, 0.9)
    np.testing.assert_array_equal(labels, connected(len(prints), pairs))
    assert len(np.unique(labels)) < len(prints)
    used[12:] = False
    labels = _core.features.fingerprint_clusters(hashes, thumbnails, used, radius, 0.9)
    np.testing.assert_array_equal(labels, np.arange(len(prints)))


def test_takes_any_layout():
    hashes = near_hashes(0, 40, 2, 4)
    wanted = features.hash_clusters(hashes, 8)
    for same in (np.asfortranarray(hashes), np.repeat(hashes, 2, axis=0)[::2], hashes.tolist()):
        np.testing.assert_array_equal(features.hash_clusters(same, 8), wanted)
    hashes.flags.writeable = False
    np.testing.assert_array_equal(features.hash_clusters(hashes, 8), wanted)


@pytest.mark.parametrize("function", [features.hash_clusters, features.hash_pairs])
@pytest.mark.parametrize("n", [0, 3])
def test_errors(function, n):
    good = np.zeros((n, 8), np.uint8)
    with pytest.raises(TypeError, match="hashes must be uint8"):
        function(good.astype(np.float32))
    for shape in ((n, 7), (n,), (n, 0, 8), (n, 1, 1, 8)):
        with pytest.raises(ValueError, match="hashes must have shape"):
            function(np.zeros(shape, np.uint8))
    with pytest.raises(TypeError, match="radius"):
        function(good, 1.5)
    for radius in (-1, 65):
        with pytest.raises(ValueError, match="radius must be from 0 to 64"):
            function(good, radius)
    with pytest.raises(ValueError, match="hashes must be bytes"):
        function([[300] * 8])

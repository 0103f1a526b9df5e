import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import match

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

counts = st.sampled_from([0, 1, 2, 3, 4, 5, 15, 16, 17, 40])
sizes = st.sampled_from([0, 1, 3, 4, 8, 31, 32, 61, 64, 65, 128])
ratios = st.sampled_from([None, 0.5, 0.8, 1])


@st.composite
def lists(draw):
    """Two lists of rows, some of which are alike, and a metric for them."""
    n, m, size = draw(counts), draw(counts), draw(sizes)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    few = draw(st.booleans())
    values = rng.integers(0, 3 if few else 256, (n + m, size))
    if draw(st.booleans()):
        return *np.split((values - 100.5).astype(np.float32), [n]), "euclidean"
    a, b = np.split(values.astype(np.uint8), [n])
    return a, b, draw(st.sampled_from(["euclidean", "hamming"]))


def all_distances(a, b, metric):
    if metric == "hamming":
        return np.unpackbits(a[:, None] ^ b[None], axis=-1).sum(-1).astype(np.float64)
    return np.sqrt(((a[:, None].astype(np.float64) - b[None]) ** 2).sum(-1))


def reference(a, b, metric, ratio, cross_check):
    if len(a) == 0 or len(b) == 0:
        return np.empty((0, 2), int), np.empty(0)
    distances = all_distances(a, b, metric)
    kept = []
    for i, row in enumerate(distances):
        j = row.argmin()
        second = np.partition(row, 1)[1] if len(row) > 1 else np.inf
        if ratio is not None and len(row) > 1 and not row[j] < ratio * second:
            continue
        if cross_check and distances[:, j].argmin() != i:
            continue
        kept.append((i, j, row[j]))
    pairs = np.array([k[:2] for k in kept], int).reshape(-1, 2)
    return pairs, np.array([k[2] for k in kept])


@given(lists(), ratios, st.booleans())
@settings(max_examples=60)
def test_matches_reference(lists, ratio, cross_check):
    a, b, metric = lists
    pairs, distances = match(a, b, ratio=ratio, cross_check=cross_check, metric=metric)
    expected, lengths = reference(a, b, metric, ratio, cross_check)
    assert pairs.dtype == np.int64
    assert distances.dtype == np.float32
    np.testing.assert_array_equal(pairs, expected)
    np.testing.assert_allclose(distances, lengths, rtol=1e-6)


@pytest.mark.parametrize(
    ("size", "dtype", "norm"),
    [
        (32, np.uint8, cv2.NORM_HAMMING),
        (128, np.uint8, cv2.NORM_L2),
        (128, np.float32, cv2.NORM_L2),
    ],
)
def test_matches_opencv(size, dtype, norm):
    rng = np.random.default_rng(0)
    b = rng.integers(0, 256, (501, size)).astype(dtype)
    a = b[rng.permutation(501)[:333]].copy()
    a[rng.random(a.shape) < 0.5] = 77
    matcher = cv2.BFMatcher(norm)
    kept = [m for m, n in matcher.knnMatch(a, b, k=2) if m.distance < 0.9 * n.distance]
    pairs, distances = match(a, b, ratio=0.9)
    assert len(pairs) > 50
    np.testing.assert_array_equal(pairs, [(m.queryIdx, m.trainIdx) for m in kept])
    np.testing.assert_allclose(distances, [m.distance for m in kept], rtol=1e-6)
    both = cv2.BFMatcher(norm, crossCheck=True).match(a, b)
    pairs, _ = match(a, b, ratio=None, cross_check=True)
    assert {(m.queryIdx, m.trainIdx) for m in both} == {tuple(pair) for pair in pairs.tolist()}


def test_largest_bytes():
    a = np.full((1, 8191), 255, np.uint8)
    _, distances = match(a, np.zeros_like(a))
    np.testing.assert_allclose(distances, [255 * np.sqrt(8191)], rtol=1e-6)
    with pytest.raises(ValueError, match="fewer than 8192 values"):
        match(np.zeros((1, 8192), np.uint8), np.zeros((1, 8192), np.uint8))


def test_layouts():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 30, 128)).astype(np.uint8)
    expected = match(a, b, ratio=None)[0]
    for change in (np.asfortranarray, lambda x: x[::-1].copy()[::-1], lambda x: x.tolist()):
        values = change(a), change(b)
        if isinstance(values[0], list):
            values = tuple(np.array(v, np.uint8) for v in values)
        np.testing.assert_array_equal(match(*values, ratio=None)[0], expected)
    a.flags.writeable = False
    np.testing.assert_array_equal(match(a, b, ratio=None)[0], expected)


def test_nan_is_near_to_nothing():
    a = np.array([[np.nan, 0], [1, 1]], np.float32)
    b = np.array([[np.nan, 1], [1, 2], [5, 5]], np.float32)
    np.testing.assert_array_equal(match(a, b)[0], [[1, 1]])
    assert match(a[:1], b)[0].shape == (0, 2)


def test_metric_by_size():
    rows = np.array([[255] * 64, [1] * 64], np.uint8)
    np.testing.assert_array_equal(match(rows[:1], rows[1:])[1], [7 * 64])
    wide = np.repeat(rows, 2, axis=1)
    np.testing.assert_allclose(match(wide[:1], wide[1:])[1], [254 * np.sqrt(128)], rtol=1e-6)


floats, packed = np.zeros((2, 4), np.float32), np.zeros((2, 4), np.uint8)


@pytest.mark.parametrize(
    ("error", "message", "args", "kwargs"),
    [
        (TypeError, "b must be float32 as a is, got uint8", (floats, packed), {}),
        (TypeError, "a must be float32 or uint8, got float64", (np.zeros((2, 4)), floats), {}),
        (
            TypeError,
            "a must be uint8 for metric 'hamming'",
            (floats, floats),
            {"metric": "hamming"},
        ),
        (ValueError, "metric must be 'hamming', 'euclidean'", (floats, floats), {"metric": "l1"}),
        (ValueError, "ratio must be above 0 and at most 1", (floats, floats), {"ratio": 0}),
        (ValueError, "ratio must be above 0 and at most 1", (floats, floats), {"ratio": 1.1}),
        (TypeError, "ratio must be a number", (floats, floats), {"ratio": "0.8"}),
        (TypeError, "cross_check must be True or False", (floats, floats), {"cross_check": 1}),
        (ValueError, "rows of the same size, got 4 and 3", (floats, floats[:, :3]), {}),
        (ValueError, r"a must have shape \(n, size\)", (floats[0], floats), {}),
    ],
)
def test_errors(error, message, args, kwargs):
    with pytest.raises(error, match=message):
        match(*args, **kwargs)

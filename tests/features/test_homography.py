import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine.features import find_homography


def mapped(matrix, points):
    values = np.c_[points, np.ones(len(points))] @ matrix.T
    return values[:, :2] / values[:, 2:]


def random_matrix(rng):
    angle, scale = rng.uniform(0, 6.3), rng.uniform(0.5, 2)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turn = turn @ (np.eye(2) + rng.normal(0, 0.1, (2, 2)))
    tilt = rng.normal(0, 2e-4, 2)
    return np.vstack([np.c_[turn, rng.uniform(-100, 100, 2)], [*tilt, 1]])


@given(st.integers(0, 2**32), st.sampled_from([4, 5, 8, 50]))
@settings(max_examples=60)
def test_exact_points_give_the_map(seed, n):
    rng = np.random.default_rng(seed)
    matrix = random_matrix(rng)
    src = rng.uniform(0, 640, (n, 2))
    dst = mapped(matrix, src)
    triples = [src[list(t)] for t in [(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)]]
    areas = [abs(np.linalg.det(np.c_[t, np.ones(3)])) for t in triples]
    if n == 4 and min(areas) < 1000:
        return
    found, inliers = find_homography(src, dst)
    assert inliers.all()
    np.testing.assert_allclose(mapped(found, src), dst, atol=1e-5)
    corners = np.array([[0, 0], [640, 0], [640, 640], [0, 640]])
    if n >= 50:
        np.testing.assert_allclose(mapped(found, corners), mapped(matrix, corners), atol=1e-5)


@given(st.integers(0, 2**32), st.sampled_from([0, 0.3, 0.5, 0.7]))
@settings(max_examples=30)
def test_outliers_are_left_out(seed, share):
    rng = np.random.default_rng(seed)
    matrix = random_matrix(rng)
    src = rng.uniform(0, 640, (200, 2))
    clean = mapped(matrix, src)
    dst = clean + rng.normal(0, 0.5, clean.shape)
    wrong = rng.random(200) < share
    dst[wrong] = rng.uniform(clean.min(0), clean.max(0), (wrong.sum(), 2))
    found, inliers = find_homography(src, dst, confidence=0.9999, max_iters=5000)
    assert inliers[~wrong].mean() > 0.99
    assert inliers[wrong].sum() <= 3
    ours = np.hypot(*(mapped(found, src) - clean).T).mean()
    peer, _ = cv2.findHomography(src, dst, cv2.RANSAC, 3.0, maxIters=5000, confidence=0.9999)
    theirs = np.hypot(*(mapped(peer, src) - clean).T).mean()
    assert ours < max(1.1 * theirs, 0.3)


def test_least_squares_of_inliers():
    rng = np.random.default_rng(0)
    matrix = random_matrix(rng)
    src = rng.uniform(0, 640, (100, 2))
    dst = mapped(matrix, src) + rng.normal(0, 0.3, (100, 2))
    found, inliers = find_homography(src, dst)
    assert inliers.all()
    peer, _ = cv2.findHomography(src, dst, 0)
    errors = [np.square(mapped(h, src) - dst).sum() for h in (found, peer)]
    assert errors[0] <= errors[1] * (1 + 1e-6)
    np.testing.assert_allclose(found, peer, rtol=1e-3, atol=1e-6)


def test_same_seed_same_bits():
    rng = np.random.default_rng(0)
    src, dst = rng.uniform(0, 100, (2, 60, 2))
    first = find_homography(src, dst, rng=3)
    again = find_homography(np.asfortranarray(src), dst[::-1].copy()[::-1], rng=3)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_few_points(n):
    found, inliers = find_homography(np.zeros((n, 2)), np.zeros((n, 2)))
    assert found is None
    np.testing.assert_array_equal(inliers, np.zeros(n, bool))


@pytest.mark.parametrize(
    "src",
    [
        np.zeros((10, 2)),
        np.c_[np.arange(10), np.arange(10)],
        np.c_[np.arange(10) * 1e6, 3e6 * np.arange(10)],
        np.array([[0, 0], [1, 0], [2, 0], [5, 5]]),
        np.array([[0, 0], [1, 0], [0, 0], [1, 0], [3, 7]] * 4),
    ],
)
def test_degenerate_points(src):
    for a, b in ((src, src), (src, np.random.default_rng(0).uniform(0, 9, src.shape))):
        found, inliers = find_homography(a, b)
        assert found is None
        assert not inliers.any()


def test_mirrored_and_far_points():
    src = np.random.default_rng(0).uniform(0, 100, (30, 2))
    found, inliers = find_homography(src, src * (-1, 1))
    assert inliers.all()
    np.testing.assert_allclose(found, np.diag([-1, 1, 1]), atol=1e-9)
    found, inliers = find_homography(src + 1e7, src * 5 + 1e6)
    assert inliers.all()


def test_integers_and_lists():
    src = [[0, 0], [9, 0], [9, 9], [0, 9]]
    found, _ = find_homography(src, np.array(src, np.int16) + 3)
    np.testing.assert_allclose(found, [[1, 0, 3], [0, 1, 3], [0, 0, 1]], atol=1e-9)


points = np.zeros((5, 2))


@pytest.mark.parametrize(
    ("error", "message", "args", "kwargs"),
    [
        (ValueError, "as many points, got 5 and 4", (points, points[:4]), {}),
        (ValueError, r"src must have shape \(n, 2\)", (points.T, points), {}),
        (ValueError, "dst must be finite", (points, points * np.nan), {}),
        (TypeError, "src must hold numbers", (points.astype(str), points), {}),
        (ValueError, "threshold must be positive, got 0", (points, points), {"threshold": 0}),
        (ValueError, "threshold must be positive", (points, points), {"threshold": np.nan}),
        (ValueError, "confidence must be between 0 and 1", (points, points), {"confidence": 1}),
        (ValueError, "max_iters must be at least 1", (points, points), {"max_iters": 0}),
        (ValueError, "rng must not be negative, got -1", (points, points), {"rng": -1}),
        (TypeError, "rng must be a whole number", (points, points), {"rng": None}),
    ],
)
def test_errors(error, message, args, kwargs):
    with pytest.raises(error, match=message):
        find_homography(*args, **kwargs)

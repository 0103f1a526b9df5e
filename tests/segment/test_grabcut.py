import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine.io import imread
from imgmine.segment import grabcut
from scipy import sparse
from scipy.io import loadmat

from ..strategies import LAYOUTS

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

STEPS = [(0, 1), (1, -1), (1, 0), (1, 1)]


def pairs_of(shape):
    """Yield the indices of neighbors and how far they are from each other."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    for dy, dx in STEPS:
        a = numbers[: shape[0] - dy, max(0, -dx) : shape[1] - max(0, dx)]
        b = numbers[dy:, max(0, dx) : shape[1] - max(0, -dx)]
        yield a.ravel(), b.ravel(), np.hypot(dy, dx)


def costs_of(image, mask):
    """Return what each pixel costs on either side, one normal distribution each."""
    values = image.reshape(-1, 3).astype(np.float64)
    costs = []
    for side in (0, 1):
        mine = values[(mask.ravel() & 1) == side]
        covariance = np.cov(mine.T, bias=True) + np.eye(3) / 12
        off = values - mine.mean(axis=0)
        squares = (off * np.linalg.solve(covariance, off.T).T).sum(axis=1)
        costs.append((squares + np.log(np.linalg.det(covariance))) / 2)
    return costs


def links_of(image):
    values = image.reshape(-1, 3).astype(np.float64)
    pairs = list(pairs_of(image.shape[:2]))
    squares = [((values[a] - values[b]) ** 2).sum(axis=1) for a, b, _ in pairs]
    mean = np.concatenate(squares).mean() if squares else 0
    beta = 1 / (2 * mean) if mean > 0 else 0
    return [
        (a, b, 50 * np.exp(-beta * square) / far)
        for (a, b, far), square in zip(pairs, squares, strict=True)
    ]


def energy(image, start, mask):
    """Return what a result costs, the probable pixels' colors and all neighbors."""
    side = mask.ravel() & 1
    costs = costs_of(image, start)
    free = start.ravel() >= 2
    total = np.where(side == 1, costs[1], costs[0])[free].sum()
    return total + sum(w[side[a] != side[b]].sum() for a, b, w in links_of(image))


def least_energy(image, start, unit=1000):
    """Return the cost of the least cut, by SciPy's maximum flow."""
    n = start.size
    costs = costs_of(image, start)
    base = np.minimum(*costs)
    free = start.ravel() >= 2
    edges = []
    for a, b, w in links_of(image):
        edges += [(a, b, w), (b, a, w)]
    sure = 10**6 / unit
    of_source = np.where(free, costs[0] - base, np.where(start.ravel() == 1, sure, 0))
    to_sink = np.where(free, costs[1] - base, np.where(start.ravel() == 0, sure, 0))
    every = np.arange(n)
    edges += [(np.full(n, n), every, of_source), (every, np.full(n, n + 1), to_sink)]
    rows, columns, weights = (np.concatenate(part) for part in zip(*edges, strict=True))
    capacities = np.round(np.minimum(weights, sure) * unit).astype(np.int32)
    graph = sparse.csr_array((capacities, (rows, columns)), shape=(n + 2, n + 2))
    return sparse.csgraph.maximum_flow(graph, n, n + 1).flow_value / unit + base[free].sum()


@given(
    st.integers(2, 9), st.integers(2, 11), st.integers(0, 2**32), st.sampled_from(sorted(LAYOUTS))
)
def test_one_cut_is_the_least(height, width, seed, layout):
    """Of one component a side, which k-means cannot change."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 256, (height, width, 3)).astype(np.uint8)
    start = rng.choice([0, 1, 2, 3], (height, width), p=[0.2, 0.1, 0.3, 0.4]).astype(np.uint8)
    start[0, :2] = 0, 1
    image = LAYOUTS[layout](image)
    mask = grabcut(image, mask=start, n_iter=1, n_components=1)
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask[start < 2], start[start < 2])
    assert (mask[start >= 2] >= 2).all()
    np.testing.assert_allclose(energy(image, start, mask), least_energy(image, start), atol=0.5)


@pytest.fixture(scope="module")
def scene():
    """Return a picture of a ball on a patterned ground, and where the ball is."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:120, :160]
    ball = (y - 55) ** 2 + (x - 90) ** 2 < 30**2
    image = np.stack([60 + 20 * (x // 8 % 2), 120 + y // 2, 90 + 0 * x], axis=2)
    image[ball] = np.stack([200 - y, 60 + x // 3, 40 + 0 * x], axis=2)[ball]
    return np.uint8(np.clip(image + rng.normal(0, 9, image.shape), 0, 255)), ball


def test_cuts_out_a_ball_as_opencv_does(scene):
    image, ball = scene
    mask = grabcut(image, (15, 50, 80, 80))
    theirs = np.zeros(ball.shape, np.uint8)
    cv2.setRNGSeed(0)
    cv2.grabCut(image, theirs, (50, 15, 80, 80), np.zeros((1, 65)), np.zeros((1, 65)), 5, 0)
    assert ((mask & 1) == ball).mean() > 0.995
    assert (mask == theirs).mean() > 0.995


def test_a_mask_does_what_a_rectangle_does_and_corrections_hold(scene):
    image, _ = scene
    start = np.zeros(image.shape[:2], np.uint8)
    start[15:95, 50:130] = 3
    mask = grabcut(image, (15, 50, 80, 80))
    np.testing.assert_array_equal(grabcut(image, mask=start), mask)
    mask[50:60, 85:95], mask[:5] = 0, 1
    corrected = grabcut(image, mask=mask)
    assert (corrected[50:60, 85:95] == 0).all()
    assert (corrected[:5] == 1).all()
    np.testing.assert_array_equal(grabcut(image, mask=mask, n_iter=0), mask)


def test_nothing_to_learn_from():
    image = np.zeros((6, 7, 3), np.uint8)
    assert (grabcut(image, (0, 0, 6, 7)) == 3).all()
    assert (grabcut(image, (-5, -5, 50, 50)) == 3).all()
    assert (grabcut(image, (6, 7, 3, 3)) == 0).all()
    assert (grabcut(image, (-5, -5, 4, 4)) == 0).all()
    assert grabcut(image[:1, :1], (0, 0, 1, 1)) == 3
    assert grabcut(image[:0], (0, 0, 1, 1)).shape == (0, 7)
    known = np.eye(6, 7, dtype=np.uint8)
    np.testing.assert_array_equal(grabcut(image, mask=known), known)
    assert grabcut(image, (1, 1, 3, 3)).shape == (6, 7)  # all of one color


def test_photographs_as_opencv_does(data_dir):
    """The largest region that a person saw, within a rectangle: as good as OpenCV's on average."""
    scores = []
    for path in sorted((data_dir / "bsds500" / "images").glob("*.jpg"))[:5]:
        image = imread(path)
        truth = loadmat(data_dir / "bsds500" / "groundTruth" / f"{path.stem}.mat")["groundTruth"]
        segments = truth[0, 0]["Segmentation"][0, 0]
        inside = np.setdiff1d(segments, [*segments[[0, -1]].ravel(), *segments[:, [0, -1]].ravel()])
        if not inside.size:
            continue
        region = segments == max(inside, key=lambda k: (segments == k).sum())
        rows, columns = np.nonzero(region)
        start = np.zeros(region.shape, np.uint8)
        start[
            max(rows.min() - 4, 0) : rows.max() + 5, max(columns.min() - 4, 0) : columns.max() + 5
        ] = 3
        ours, theirs = grabcut(image, mask=start), start.copy()
        cv2.setRNGSeed(0)
        cv2.grabCut(image, theirs, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, 1)
        scores.append(
            [
                *(((m & 1) & region).sum() / ((m & 1) | region).sum() for m in (ours, theirs)),
                (ours == theirs).mean(),
            ]
        )
    ours, theirs, agreement = np.mean(scores, axis=0)
    assert ours > theirs - 0.02
    assert agreement > 0.97


def test_refuses():
    image, mask = np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5), np.uint8)
    with pytest.raises(TypeError, match=r"^image must be uint8, got float32"):
        grabcut(image.astype(np.float32), (0, 0, 2, 2))
    with pytest.raises(ValueError, match=r"^image must have three channels, got 1"):
        grabcut(mask, (0, 0, 2, 2))
    with pytest.raises(ValueError, match=r"^either rectangle or mask must be given, got neither"):
        grabcut(image)
    with pytest.raises(ValueError, match=r"^either rectangle or mask must be given, got both"):
        grabcut(image, (0, 0, 2, 2), mask)
    with pytest.raises(ValueError, match=r"^rectangle must be \(top, left, height >= 0, width"):
        grabcut(image, (0, 0, -1, 2))
    with pytest.raises(TypeError, match=r"^rectangle must be a whole number, got float"):
        grabcut(image, (0, 0, 1.5, 2))
    with pytest.raises(ValueError, match=r"^mask must have the shape of the image"):
        grabcut(image, mask=mask[:3])
    with pytest.raises(ValueError, match=r"^mask must hold values from 0 to 3"):
        grabcut(image, mask=mask + 4)
    with pytest.raises(ValueError, match=r"^n_iter must be >= 0, got -1"):
        grabcut(image, mask=mask, n_iter=-1)
    for bad in (0, 256):
        with pytest.raises(ValueError, match=r"^n_components must be from 1 to 255, got"):
            grabcut(image, mask=mask, n_components=bad)
    with pytest.raises(ValueError, match=r"^random_state must not be negative, got -1"):
        grabcut(image, mask=mask, random_state=-1)

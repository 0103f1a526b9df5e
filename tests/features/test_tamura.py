import numpy as np
import pytest
from hypothesis import given, settings
from imgmine.features import tamura

from ..strategies import images

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

gray = images(dtypes=[np.uint8], channels=[None], min_side=1)


def coarseness(image):
    height, width = image.shape
    padded = np.pad(image.astype(np.int64), 64, mode="edge")
    sums = np.zeros((padded.shape[0] + 1, padded.shape[1] + 1), np.int64)
    sums[1:, 1:] = padded.cumsum(0).cumsum(1)
    best, size = np.full(image.shape, -1.0), np.zeros(image.shape)
    for k in range(1, 6):
        half, whole = 2 ** (k - 1), 2**k

        def mean(y, x, whole=whole, half=half):
            top, left = 64 + y - half, 64 + x - half

            def at(i, j):
                return sums[top + i : top + i + height, left + j : left + j + width]

            return (at(whole, whole) - at(0, whole) - at(whole, 0) + at(0, 0)) / whole**2

        across = np.abs(mean(0, half) - mean(0, -half))
        down = np.abs(mean(half, 0) - mean(-half, 0))
        differ = np.maximum(across, down)
        size[differ >= best] = whole
        best = np.maximum(best, differ)
    return size.mean()


def contrast(image):
    apart = image.astype(np.float64) - image.mean()
    fourth = (apart**4).mean()
    return (apart**2).mean() / fourth**0.25 if fourth else 0


def directions(image):
    p = np.pad(image.astype(np.int64), 1, mode="edge")
    across = sum(p[i : i + image.shape[0], 2:] - p[i : i + image.shape[0], :-2] for i in range(3))
    down = sum(p[2:, j : j + image.shape[1]] - p[:-2, j : j + image.shape[1]] for j in range(3))
    strong = np.abs(across) + np.abs(down) >= 24
    angles = np.arctan2(down, across)[strong]
    counts = np.bincount(np.rint(angles * 16 / np.pi).astype(int) % 16, minlength=16)
    return counts / max(counts.sum(), 1)


@settings(max_examples=15)
@given(gray)
def test_matches_reference(image):
    actual = tamura(image)
    assert actual.dtype == np.float32
    np.testing.assert_allclose(actual[0], coarseness(image), rtol=1e-6)
    np.testing.assert_allclose(actual[1], contrast(image), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(actual[2:], directions(image), rtol=1e-6, atol=1e-7)


def test_large_images_are_cut_to_tiles():
    rng = np.random.default_rng(0)
    image = np.kron(rng.integers(0, 256, (40, 70)), np.ones((9, 15))).astype(np.uint8)
    image[100:200, 300:700] //= 2
    actual = tamura(image)
    np.testing.assert_allclose(actual[0], coarseness(image), rtol=1e-6)
    np.testing.assert_allclose(actual[2:], directions(image), rtol=1e-6)


def test_says_what_it_is_named_for():
    board = np.indices((128, 128))
    rng = np.random.default_rng(0)
    sizes = []
    for side in (1, 4, 16):
        blocks = np.kron(rng.integers(0, 256, (128 // side, 128 // side)), np.ones((side, side)))
        sizes.append(tamura(blocks.astype(np.uint8))[0])
    assert sizes == sorted(sizes)
    stripes = (board[1] // 8 % 2 * 200).astype(np.uint8)
    assert tamura(stripes)[2] == 1
    assert tamura(stripes.T)[2 + 8] == 1
    assert tamura(stripes // 2)[1] == tamura(stripes)[1] / 2


def test_flat_and_empty():
    np.testing.assert_array_equal(tamura(np.full((5, 70), 9, np.uint8)), [32] + [0] * 17)
    np.testing.assert_array_equal(tamura(np.zeros((0, 5), np.uint8)), np.zeros(18))

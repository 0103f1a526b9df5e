"""Moments and layout of colors, and edges by kind."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import features

few = settings(max_examples=3)
shapes = st.sampled_from([(1, 1), (1, 9), (8, 2), (7, 11)])


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks smaller: each of their threads is a real one."""
    from imgmine.cuda import _color_layout, _color_moments, _edge_histogram

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        patch.setattr(_color_layout, "THREADS", 2)
        patch.setattr(_color_moments, "THREADS", 8)
        patch.setattr(_edge_histogram, "THREADS", 32)
    yield patch
    patch.undo()


def image_of(shape, most=256, seed=0):
    return np.random.default_rng(seed).integers(0, most, shape).astype(np.uint8)


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab", "opponent"])
def test_color_moments(gpu, space):
    @few
    @given(shapes, st.sampled_from([3, 4]), st.sampled_from([2, 256]))
    def run(shape, channels, most):
        gpu.check(features.color_moments, image_of((*shape, channels), most), space)

    run()
    gpu.check(features.color_moments, image_of((7, 11, 3)), space, grid=(3, 2))


@pytest.mark.parametrize("levels", [(0,), (255,), (0, 255), (10, 11), (10, 11, 12), (0, 0, 1)])
def test_flat_and_even_distributions(gpu, levels):
    values = np.resize(np.array(levels, np.uint8), 12 * 9 * 3).reshape(9, 12, 3)
    gpu.check(features.color_moments, np.sort(values.ravel()).reshape(9, 12, 3))
    gpu.check(features.color_moments, values, grid=(10, 2))


def test_moments_are_exact_in_large_cells(gpu):
    """Of 2^26 pixels less one, whose sums are given."""
    from imgmine.cuda._color_moments import write_moments

    if not hasattr(write_moments, "fn"):
        pytest.skip("only the simulator calls a helper of the kernels' without one")
    for counts in ({0: 2**26 - 3, 255: 2}, {7: 2**25, 8: 2**25 - 1}, {0: 1, 100: 2**25, 101: 5}):
        n, *powers = (sum(c * v**k for v, c in counts.items()) for k in range(4))
        out = np.zeros(3, np.float32)
        write_moments.fn(np.int64(n), *map(np.int64, powers), out)
        third = n**2 * powers[2] - 3 * n * powers[0] * powers[1] + 2 * powers[0] ** 3
        second = n * powers[1] - powers[0] ** 2
        root = np.cbrt(abs(third) / n**3) * np.sign(third)
        np.testing.assert_allclose(out, [powers[0] / n, second**0.5 / n, root], rtol=1e-6)


def test_batches(gpu):
    batch = image_of((3, 6, 7, 3))
    actual = gpu.get(features.color_moments(gpu.put(batch), "hsv", grid=(2, 3)))
    alone = [features.color_moments(image, "hsv", grid=(2, 3)) for image in batch]
    np.testing.assert_array_equal(actual, alone)
    gray = batch[..., :1]
    actual = gpu.get(features.edge_histogram(gpu.put(gray), n_blocks=9))
    alone = [features.edge_histogram(image[..., 0], n_blocks=9) for image in gray]
    np.testing.assert_array_equal(actual, alone)


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (23, 30), (70, 66)])
@pytest.mark.parametrize("how", [{}, {"quantize": True}, {"larger_parts": True}])
def test_edge_histogram(gpu, shape, how):
    image = image_of(shape, 40)
    image[: shape[0] // 2] //= 16
    gpu.check(features.edge_histogram, image, n_blocks=16, **how)
    if shape[0] < 40:
        gpu.check(features.edge_histogram, image, threshold=0, **how)


def test_edges_of_each_kind_and_ties(gpu):
    image = np.kron(image_of((4, 4), 3) * 20, np.ones((5, 5), np.uint8)).astype(np.uint8)
    for threshold in (0, 7.5, 20):
        gpu.check(features.edge_histogram, image, n_blocks=25, threshold=threshold)
    gpu.check(features.edge_histogram, np.full((12, 12), 9, np.uint8), threshold=0)


@pytest.mark.parametrize("shape", [(1, 1, 3), (16, 8, 4), (9, 21, 3)])
def test_color_layout(gpu, shape):
    image = image_of(shape)
    image[: shape[0] // 2] //= 4
    gpu.check(features.color_layout, image)
    gpu.check(features.color_layout, image, 64, 64)


def test_color_layouts_of_a_batch_of_few_colors(gpu):
    batch = image_of((2, 8, 9, 3), 2) * 255
    batch[1] = 255, 0, 0
    actual = gpu.get(features.color_layout(gpu.put(batch), 1, 28))
    np.testing.assert_array_equal(actual, [features.color_layout(x, 1, 28) for x in batch])


def test_nothing_and_what_is_refused(gpu):
    for shape in ((0, 5, 3), (5, 0, 3)):
        gpu.check(features.color_moments, np.zeros(shape, np.uint8), grid=(1, 2))
        gpu.check(features.color_layout, np.zeros(shape, np.uint8))
        gpu.check(features.edge_histogram, np.zeros(shape[:2], np.uint8), larger_parts=True)
    image = image_of((4, 5, 3))
    with pytest.raises(ValueError, match="mask and labels must not be given for an array on a GPU"):
        features.color_moments(gpu.put(image), mask=image[..., 0] > 3)
    with pytest.raises(ValueError, match="space must be"):
        features.color_moments(gpu.put(image), "cmyk")
    with pytest.raises(ValueError, match=r"image must have shape \(H, W, 3\)"):
        features.color_moments(gpu.put(image[..., :2]))
    with pytest.raises(ValueError, match="coefficients must be between 1 and 64, got 65"):
        features.color_layout(gpu.put(image), 65)
    with pytest.raises(ValueError, match="n_blocks must be between 1 and 1048576"):
        features.edge_histogram(gpu.put(image[..., 0]), n_blocks=0)


def test_blocks_as_they_are(gpu, blocks):
    blocks.undo()
    gpu.check(features.color_moments, image_of((5, 40, 3)))
    gpu.check(features.edge_histogram, image_of((40, 44)), n_blocks=4)

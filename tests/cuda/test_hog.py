import os

import numpy as np
import pytest
from imgmine import features

NORMALIZE = ["l2-hys", "l2", "l1", "l1-sqrt", None]


@pytest.fixture(autouse=True, scope="module")
def blocks():
    """Make the simulator's blocks 16 threads rather than 128, each of which is a real one."""
    from imgmine.cuda import _hog, _hog_normalize

    patch = pytest.MonkeyPatch()
    if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        patch.setattr(_hog, "THREADS", 16)
        for module in (_hog, _hog_normalize):
            patch.setattr(module, "NORMALIZING", 16)
    yield patch
    patch.undo()


def image_of(shape, dtype="uint8", seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(dtype)


@pytest.mark.parametrize("normalize", NORMALIZE)
@pytest.mark.parametrize("interpolation", ["full", "orientation", "none"])
def test_hog(gpu, interpolation, normalize):
    how = {"interpolation": interpolation, "normalize": normalize}
    gpu.check(features.hog, image_of((6, 11)), 5, 3, 2, **how)
    if normalize == "l2":
        gpu.check(features.hog, image_of((6, 7)), 3, 3, 1, signed=True, sqrt=True, **how)


@pytest.mark.parametrize("block", [1, 2, 3, 4])
def test_blocks(gpu, block):
    height = 2 * block + 1
    gpu.check(features.hog, image_of((height, height + 3)), 1, 2, block)
    gpu.check(features.hog, image_of((height, height)), 4, 2, block, interpolation="none")


def test_more_orientations_than_are_added_up_at_a_time(gpu):
    gpu.check(features.hog, image_of((4, 6)), 50, 2, 2)
    gpu.check(features.hog, image_of((4, 6)), 45, 2, 1, signed=True, interpolation="orientation")


def test_more_pixels_than_are_voted_for_at_a_time(gpu, blocks):
    from imgmine.cuda import _hog_blocks

    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
            patch.setattr(_hog_blocks, "VOTES", 20)
        gpu.check(features.hog, image_of((8, 13)), 5, 4, 2)
        gpu.check(features.hog, image_of((6, 13)), 5, 6, 1, interpolation="none")


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_channels(gpu, dtype):
    image = image_of((6, 9, 3), dtype) / 3 if dtype == "float32" else image_of((6, 9, 3))
    gpu.check(features.hog, image.astype(dtype), 6, 3, 2)


@pytest.mark.filterwarnings("ignore")
def test_what_is_no_number_has_no_vote(gpu):
    image = image_of((6, 9), "float32")
    image[2, 3:6] = np.nan, np.inf, 3e38
    for sqrt in (False, True):
        gpu.check(features.hog, image, 6, 3, 1, sqrt=sqrt, normalize=None)


def test_a_flat_image_and_one_of_edges(gpu):
    gpu.check(features.hog, np.full((8, 8), 7, np.uint8), cell=4)
    steps = np.kron(np.eye(3, dtype=np.uint8) * 255, np.ones((3, 3), np.uint8))
    gpu.check(features.hog, steps, 8, 3, 2, signed=True)


def test_batches_and_nothing(gpu):
    batch = image_of((3, 6, 7, 1))
    actual = gpu.get(features.hog(gpu.put(batch), 4, 3))
    np.testing.assert_array_equal(actual, [features.hog(x, 4, 3) for x in batch])
    for shape in ((0, 9), (5, 20), (9, 3, 3)):
        gpu.check(features.hog, image_of(shape), cell=3)
    there = gpu.put(image_of((12, 14)))[::2, 1::3]
    expected = features.hog(image_of((12, 14))[::2, 1::3], cell=2)
    np.testing.assert_array_equal(gpu.get(features.hog(there, cell=2)), expected)


def test_errors_are_the_cores(gpu):
    image = gpu.put(image_of((4, 5)))
    with pytest.raises(ValueError, match="orientations must be between 1 and 360, got 0"):
        features.hog(image, 0)
    with pytest.raises(ValueError, match="block must be between 1 and 4, got 5"):
        features.hog(image, block=5)
    with pytest.raises(ValueError, match="interpolation must be 'full', 'orientation' or 'none'"):
        features.hog(image, interpolation="best")


def test_blocks_as_they_are(gpu, blocks):
    blocks.undo()
    gpu.check(features.hog, image_of((16, 41)))

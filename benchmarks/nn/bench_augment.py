import cv2
import imgmine as im
import numpy as np
import pytest

# Batches that a network learns from: of the digits' size, and of small photographs.
SIZES = {"digits": (128, 28, 28, 1), "photographs": (32, 64, 64, 3)}
MASK = 2**64 - 1


def splitmix(state):
    """The numbers of SplitMix64."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def angle_of(row, limit):
    """What the library turns a picture by, with seed 0 in epoch 0."""
    state = next(splitmix(next(splitmix(0))))
    numbers = splitmix(next(splitmix(state ^ row)))
    share = [(next(numbers) >> 11) * 2.0**-53 for _ in range(4)][3]
    return limit * (2 * share - 1)


def pictures(shape):
    """Smooth ones, so that places a little apart have about the same value."""
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return np.stack([cv2.GaussianBlur(image, (0, 0), 2).reshape(shape[1:]) for image in noise])


@pytest.mark.parametrize("name", SIZES)
def bench_augment(race, threads, name):
    """Turns by up to ten degrees; OpenCV's picture by picture, by matrices made beforehand."""
    images = pictures(SIZES[name])
    n, height, width = images.shape[:3]
    augment = im.nn.Augment(rotate=10)
    middle = (width - 1) / 2, (height - 1) / 2
    matrices = [cv2.getRotationMatrix2D(middle, angle_of(i, 10), 1.0) for i in range(n)]
    out = np.empty_like(images)

    def opencv():
        for i in range(n):
            cv2.warpAffine(
                images[i], matrices[i], (width, height), out[i], borderMode=cv2.BORDER_REFLECT_101
            )
        return out

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(int), theirs, atol=2)

    race(lambda: augment(images), {"OpenCV": opencv}, agree)

import cv2
import imgmine as im
import numpy as np
import pytest

# Batches that a network learns from: the digits' size, and that of small photographs.
SIZES = {"digits": (128, 28, 28, 1), "photographs": (32, 64, 64, 3)}


def pictures(shape):
    """Smooth ones, so that interpolating at places a little apart gives about the same."""
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return np.stack([cv2.GaussianBlur(image, (0, 0), 2).reshape(shape[1:]) for image in noise])


@pytest.mark.parametrize("name", SIZES)
def bench_augment(race, threads, name):
    """A turn and a change of scale; OpenCV's picture by picture, by matrices made beforehand."""
    images = pictures(SIZES[name])
    n, height, width = images.shape[:3]
    augment = im.nn.Augment(rotate=1e-9, scale=1e-9)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), 1e-9, 1.0)
    out = np.empty_like(images)

    def opencv():
        for i in range(n):
            cv2.warpAffine(
                images[i], matrix, (width, height), out[i], borderMode=cv2.BORDER_REFLECT_101
            )
        return out

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(int), theirs, atol=1)

    race(lambda: augment(images), {"OpenCV": opencv}, agree)

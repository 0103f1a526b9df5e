import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_gray_world(race, threads, dtype):
    """OpenCV's mean and table, or product; its xphoto is in no wheel."""
    image = (picture(1080, 1920) * [1, 0.8, 0.6]).astype(dtype)

    def opencv():
        light = np.array(cv2.mean(image)[:3])
        gains = light.mean() / light
        if dtype == "float32":
            return cv2.multiply(image, (*gains, 0))
        table = np.minimum(np.rint(np.arange(256)[:, np.newaxis] * gains), 255).astype(np.uint8)
        return cv2.LUT(image, table.reshape(1, 256, 3))

    def agree(ours, theirs):
        np.testing.assert_allclose(ours, theirs, atol=1 if dtype == "uint8" else 1e-3)

    race(lambda: im.enhance.white_balance(image), {"opencv": opencv}, agree, moves=3 * image.nbytes)


def bench_shades_of_gray(race, threads):
    image = (picture(1080, 1920) * [1, 0.8, 0.6]).astype(np.uint8)

    def opencv():
        powers = (np.arange(256) / 255) ** 6
        counts = [cv2.calcHist([image], [c], None, [256], [0, 256]).ravel() for c in range(3)]
        light = np.array([(powers * count).sum() for count in counts]) ** (1 / 6)
        table = np.minimum(np.rint(np.outer(np.arange(256), light.mean() / light)), 255)
        return cv2.LUT(image, table.astype(np.uint8).reshape(1, 256, 3))

    race(
        lambda: im.enhance.white_balance(image, "shades_of_gray"),
        {"opencv": opencv},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=1),
        moves=3 * image.nbytes,
    )

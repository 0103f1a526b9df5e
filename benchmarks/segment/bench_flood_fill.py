import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import segmentation

from ..pictures import picture


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("tolerance", [8, 30, 60])
def bench_flood_fill(race, threads, size, channels, tolerance):
    image = picture(*size)
    image = np.ascontiguousarray(image[..., 0]) if channels == 1 else image
    seed, limits = (size[0] // 2, size[1] // 2), (tolerance,) * 3

    def opencv():
        flags = 4 | cv2.FLOODFILL_FIXED_RANGE
        return cv2.floodFill(image.copy(), None, seed[::-1], (0, 0, 0), limits, limits, flags)[1]

    peers = {"opencv": opencv}
    if channels == 1:
        peers["scikit-image"] = lambda: segmentation.flood_fill(
            image, seed, 0, tolerance=tolerance, connectivity=1
        )
    race(
        lambda: im.segment.flood_fill(image, seed, 0, tolerance=tolerance),
        peers,
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
    )

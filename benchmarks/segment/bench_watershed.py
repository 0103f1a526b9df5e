import cv2
import imgmine as im
import numpy as np
import pytest
from scipy import ndimage
from skimage import segmentation

from ..pictures import scene


def edges_of(image):
    """Return the strength of the edges of a gray image as bytes."""
    slopes = [cv2.Sobel(image, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1))]
    return np.uint8(np.minimum(np.hypot(*slopes) / 4, 255))


def markers_of(heights, kind):
    if kind == "flat":
        return ndimage.label(cv2.GaussianBlur(heights, (0, 0), 2) < 6)[0]
    markers = np.zeros(heights.shape, np.int32)
    step = {"two": 300, "grid": 28}[kind]
    places = markers[step // 2 :: step, step // 2 :: step]
    places[...] = np.arange(1, places.size + 1).reshape(places.shape)
    return markers


@pytest.mark.parametrize("kind", ["two", "flat", "grid"])
@pytest.mark.parametrize("connectivity", [4, 8])
def bench_watershed(race, threads, connectivity, kind):
    """Bytes: the fewer markers are equally high, the sooner queues replace the heap."""
    heights = edges_of(scene(480, 640))
    markers = markers_of(heights, kind)
    race(
        lambda: im.segment.watershed(heights, markers, connectivity=connectivity),
        {
            "scikit-image": lambda: segmentation.watershed(
                heights, markers, connectivity=connectivity // 4
            )
        },
        np.testing.assert_array_equal,
        moves=9 * heights.nbytes,
    )


def bench_compact_watershed(race, threads):
    heights = edges_of(scene(480, 640))
    markers = markers_of(heights, "grid")
    race(
        lambda: im.segment.watershed(heights, markers, compactness=10),
        {"scikit-image": lambda: segmentation.watershed(heights, markers, compactness=10)},
        np.testing.assert_array_equal,
        moves=9 * heights.nbytes,
    )

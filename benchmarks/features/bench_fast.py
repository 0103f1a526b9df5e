import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import scene


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)])
def bench_fast(race, threads, size):
    image = scene(*size)
    detector = cv2.FastFeatureDetector_create(20)

    def agree(ours, theirs):
        np.testing.assert_array_equal(ours.xy, [k.pt for k in theirs])

    race(
        lambda: im.features.fast(image, 20),
        {"opencv": lambda: detector.detect(image)},
        agree,
        moves=image.nbytes,
    )

import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import measure

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("size", [(1080, 1920), (64, 64)])
def bench_hu_moments(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    peers = {"opencv": lambda: cv2.HuMoments(cv2.moments(image)).ravel()}
    if size == (64, 64):
        peers["scikit-image"] = lambda: measure.moments_hu(
            measure.moments_normalized(measure.moments_central(image))
        )
    race(
        lambda: im.features.hu_moments(image),
        peers,
        lambda ours, theirs: np.testing.assert_allclose(
            np.abs(ours), np.abs(theirs), rtol=1e-4, atol=1e-20
        ),
        moves=image.nbytes,
    )


def bench_hu_moments_of_regions(race, threads):
    mask = (cv2.cvtColor(picture(512, 512), cv2.COLOR_RGB2GRAY) > 140).astype(np.uint8)
    n, labels = cv2.connectedComponents(mask)
    race(
        lambda: im.features.hu_moments(mask, labels=labels),
        {
            "opencv": lambda: np.array(
                [
                    cv2.HuMoments(cv2.moments((labels == i).astype(np.uint8), True)).ravel()
                    for i in range(1, n)
                ]
            )
        },
        lambda ours, theirs: np.testing.assert_allclose(
            np.abs(ours), np.abs(theirs), rtol=1e-4, atol=1e-9
        ),
    )

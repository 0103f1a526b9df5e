import cv2
import imgmine as im
import mahotas
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.targets
@pytest.mark.parametrize("degree", [8])
def bench_zernike_moments(race, threads, degree):
    image = cv2.cvtColor(picture(256, 256), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.features.zernike_moments(image, degree, 128),
        {"mahotas": lambda: mahotas.features.zernike_moments(image, 128, degree)},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=1e-9),
        moves=image.nbytes,
    )

import cv2
import imgmine as im
import mahotas
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("side", [128, 512])
def bench_haralick(race, threads, side):
    image = cv2.cvtColor(picture(side, side), cv2.COLOR_RGB2GRAY)
    race(
        lambda: im.features.haralick(image, per_direction=True)[0],
        {"mahotas": lambda: mahotas.features.haralick(image, use_x_minus_y_variance=True)},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5),
        turns=5,
    )

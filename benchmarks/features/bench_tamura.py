import cv2
import imgmine as im
import numpy as np

from ..pictures import picture


def bench_tamura(race, threads):
    """Nobody else has it in Python."""
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY)
    race(lambda: im.features.tamura(image), {}, np.testing.assert_array_equal, moves=image.nbytes)

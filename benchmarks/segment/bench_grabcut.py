import cv2
import imgmine as im
import numpy as np
import pytest


@pytest.mark.parametrize("name", ["135069", "124084", "54005"])
def bench_grabcut(race, threads, data_dir, name):
    """Photographs at 640 x 480, five iterations; masks agree but for some pixels."""
    image = im.io.imread(data_dir / "bsds500" / "images" / f"{name}.jpg")
    image = cv2.resize(image, (640, 480), interpolation=cv2.INTER_AREA)

    def opencv():
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.setRNGSeed(0)
        cv2.grabCut(image, mask, (100, 80, 440, 320), np.zeros((1, 65)), np.zeros((1, 65)), 5, 0)
        return mask

    def agree(ours, theirs):
        assert (ours == theirs).mean() > 0.85

    race(
        lambda: im.segment.grabcut(image, (80, 100, 320, 440)),
        {"opencv": opencv},
        agree,
        moves=image.nbytes,
    )

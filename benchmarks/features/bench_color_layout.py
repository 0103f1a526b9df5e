import cv2
import imgmine as im
import numpy as np

from ..pictures import picture


def bench_color_layout(race, threads):
    image = picture(1080, 1920)

    def opencv():
        """Means, luma and chroma, transform: the quantisation is left out."""
        means = cv2.resize(image, (8, 8), interpolation=cv2.INTER_AREA)
        planes = cv2.split(cv2.cvtColor(means, cv2.COLOR_RGB2YCrCb).astype(np.float32))
        return np.stack([cv2.dct(plane) for plane in planes])

    race(
        lambda: im.features.color_layout(image),
        {"opencv": opencv},
        lambda a, b: None,  # not the same thing
        moves=2 * image.nbytes,
    )

import cv2
import imgmine as im

from ..pictures import picture


def bench_fcth(race, threads):
    """No package for Python has it: beside reducing the image, which every one would do first."""
    image = picture(1080, 1920)
    side = 160
    race(
        lambda: im.features.fcth(image),
        {
            "opencv, means alone": lambda: cv2.resize(
                image, (side, side), interpolation=cv2.INTER_AREA
            )
        },
        lambda a, b: None,  # not the same thing
        moves=2 * image.nbytes,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture

OPENCV = {"constant": cv2.BORDER_CONSTANT, "reflect101": cv2.BORDER_REFLECT_101}
NUMPY = {"constant": "constant", "reflect101": "reflect"}


@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("border", sorted(OPENCV))
def bench_pad(race, threads, border, channels, size):
    image = picture(*size)
    image = image if channels == 3 else np.ascontiguousarray(image[..., 0])
    sides = ((16, 16), (16, 16)) + ((0, 0),) * (image.ndim - 2)
    race(
        lambda: im.geometry.pad(image, 16, border=border),
        {
            "opencv": lambda: cv2.copyMakeBorder(image, 16, 16, 16, 16, OPENCV[border]),
            "numpy": lambda: np.pad(image, sides, NUMPY[border]),
        },
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )

import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("axis", [0, 1, (0, 1)], ids=str)
def bench_flip(race, threads, axis, channels, size):
    image = picture(*size)
    image = image if channels == 3 else np.ascontiguousarray(image[..., 0])
    code = {0: 0, 1: 1}.get(axis, -1)
    ours, theirs = np.empty_like(image), np.empty_like(image)  # no time for new pages of memory
    race(
        lambda: im.geometry.flip(image, axis, out=ours),
        {
            "opencv": lambda: cv2.flip(image, code, dst=theirs),
            "numpy": lambda: np.copyto(theirs, np.flip(image, axis)) or theirs,
        },
        np.testing.assert_array_equal,
        moves=2 * image.nbytes,
        turns=5,
    )

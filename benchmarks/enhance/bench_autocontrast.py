import imgmine as im
import numpy as np
import pytest
from PIL import Image, ImageOps

from ..pictures import picture


@pytest.mark.parametrize("per_channel", [True, False])
@pytest.mark.parametrize("channels", [1, 3])
def bench_autocontrast(race, threads, channels, per_channel):
    image = picture(1080, 1920) // 2 + 40
    image = image if channels == 3 else image[..., 1].copy()
    pillow = Image.fromarray(image)
    race(
        lambda: im.enhance.autocontrast(image, cutoff=2, per_channel=per_channel),
        {
            "pillow": lambda: np.asarray(
                ImageOps.autocontrast(pillow, 2, preserve_tone=not per_channel)
            )
        },
        np.testing.assert_array_equal,
        moves=3 * image.nbytes,
    )

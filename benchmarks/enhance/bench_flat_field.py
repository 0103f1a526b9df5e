import cv2
import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_flat_field(race, threads, dtype, channels):
    image = picture(1080, 1920)
    image = image if channels == 3 else image[..., 1].copy()
    flat = (image[::-1] // 2 + 60).astype(dtype)
    dark = (image[:, ::-1] // 32).astype(dtype)
    image = image.astype(dtype)

    def opencv():
        signal = cv2.subtract(image, dark, dtype=cv2.CV_32F)
        light = cv2.subtract(flat, dark, dtype=cv2.CV_32F)
        means = cv2.mean(light)[:channels]
        gain = cv2.divide((*means, *[1] * (4 - channels)), light)
        return cv2.multiply(signal, gain, dtype=cv2.CV_8U if dtype == "uint8" else cv2.CV_32F)

    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(float), theirs, atol=1 if dtype == "uint8" else 1e-2)

    race(
        lambda: im.enhance.flat_field(image, flat, dark),
        {"opencv": opencv},
        agree,
        moves=6 * image.nbytes,
    )

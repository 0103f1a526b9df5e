import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage import exposure

from ..pictures import picture


def agree_to(atol, rtol=0.0):
    def agree(ours, theirs):
        np.testing.assert_allclose(ours.astype(float), theirs, atol=atol, rtol=rtol)

    return agree


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_adjust_contrast(race, threads, dtype):
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY).astype(dtype)
    peers = {"opencv": lambda: cv2.addWeighted(image, 1.5, image, 0, -64)}
    if dtype == "uint8":
        peers["convertScaleAbs"] = lambda: cv2.convertScaleAbs(image, alpha=1.5, beta=-64)
    atol = 1e-3
    if dtype == "uint8":  # convertScaleAbs mirrors what is below zero
        image = np.maximum(image, 50)
        atol = 1
    race(
        lambda: im.enhance.adjust_contrast(image, 1.5, middle=128),
        peers,
        agree_to(atol),
        moves=2 * image.nbytes,
    )


def bench_adjust_contrast_about_the_mean(race, threads):
    image = picture(1080, 1920)
    pillow = Image.fromarray(image)

    def opencv():
        middle = cv2.mean(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))[0]
        table = np.clip(np.rint(1.5 * (np.arange(256) - middle) + middle), 0, 255)
        return cv2.LUT(image, table.astype(np.uint8))

    race(
        lambda: im.enhance.adjust_contrast(image, 1.5),
        {
            "opencv": opencv,
            "pillow": lambda: np.asarray(ImageEnhance.Contrast(pillow).enhance(1.5)),
        },
        agree_to(2),
        moves=3 * image.nbytes,
    )


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def bench_adjust_gamma(race, threads, dtype):
    image = cv2.cvtColor(picture(1080, 1920), cv2.COLOR_RGB2GRAY).astype(dtype)

    def opencv():
        if dtype == "float32":
            return cv2.multiply(cv2.pow(cv2.multiply(image, 1 / 255), 2.2), 255)
        table = np.rint(255 * (np.arange(256) / 255) ** 2.2).astype(np.uint8)
        return cv2.LUT(image, table)

    peers = {"opencv": opencv}
    if dtype == "uint8":
        peers["skimage"] = lambda: exposure.adjust_gamma(image, 2.2)
    race(
        lambda: im.enhance.adjust_gamma(image, 2.2),
        peers,
        agree_to(1 if dtype == "uint8" else 1e-3),
        moves=2 * image.nbytes,
    )


def bench_adjust_chain(race, threads):
    """Brightness, contrast and gamma in one pass; the peer applies one fused table, too."""
    image = picture(1080, 1920)

    def opencv():
        v = np.clip(1.2 * (np.arange(256) - 128) + 138, 0, None)
        table = np.minimum(np.rint(255 * (v / 255) ** 0.8), 255).astype(np.uint8)
        return cv2.LUT(image, table)

    race(
        lambda: im.enhance.adjust(image, brightness=10, contrast=1.2, gamma=0.8, middle=128),
        {"opencv": opencv},
        agree_to(1),
        moves=2 * image.nbytes,
    )

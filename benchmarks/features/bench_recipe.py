"""The fused pass against the same steps one by one, ours and OpenCV's."""

import cv2
import imgmine as im
import numpy as np
import pytest
from imgmine.features import Recipe

from ..pictures import picture


def opencv_recipe(image):
    gray = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (5, 5), 0)
    counts = cv2.calcHist([gray], [0], None, [8], [0, 256])
    return cv2.normalize(counts, counts).ravel()


def separate_recipe(image):
    gray = im.filters.gaussian_blur(im.color.rgb2gray(image), ksize=5)
    return im.features.histogram(gray, 8)


@pytest.mark.parametrize("size", [(256, 384), (480, 640), (1080, 1920)], ids=str)
def bench_recipe(race, threads, size):
    image = picture(*size)
    recipe = Recipe.named("histogram")
    race(
        lambda: recipe(image),
        {"opencv": lambda: opencv_recipe(image), "separate": lambda: separate_recipe(image)},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=1e-6),
        moves=2 * image.nbytes,
    )

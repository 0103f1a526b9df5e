"""The fused pass against the same steps one by one, ours and OpenCV's."""

import cv2
import imgmine as im
import numpy as np
import pytest
from imgmine.features import (
    HOG,
    LBP,
    ColorCorrelogram,
    ColorHistogram,
    ColorMoments,
    EdgeHistogram,
    Recipe,
    Tamura,
)

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


BALANCED = [
    ColorHistogram((16, 4, 4), space="hsv", normalize="hellinger"),
    ColorMoments("lab", grid=(3, 3)),
    ColorCorrelogram(4, (1, 3, 5, 7)),
    LBP(8, 2, method="nri_uniform"),
    Tamura(),
    EdgeHistogram(n_blocks=4000),
    HOG(18, 32, shape=(128, 128), signed=True),
]


def separate_balanced(image):
    """Call the public functions one by one, each on what it takes."""
    f, gray = im.features, im.color.rgb2gray
    return np.concatenate(
        [
            f.color_histogram(image, (16, 4, 4), "hsv", normalize="hellinger"),
            f.color_moments(image, "lab", grid=(3, 3)).ravel(),
            f.color_correlogram(image, 4, (1, 3, 5, 7)).ravel(),
            f.lbp_histogram(gray(image), 8, 2, "nri_uniform", normalize="hellinger"),
            f.tamura(gray(image)),
            f.edge_histogram(gray(image), n_blocks=4000),
            HOG(18, 32, shape=(128, 128), signed=True)(image),
        ]
    )


@pytest.mark.parametrize("size", [(256, 384), (768, 1024)], ids=str)
def bench_many_descriptors(race, threads, size):
    image = picture(*size)
    recipe = Recipe(BALANCED)

    def descriptors():
        return np.concatenate([descriptor(image) for descriptor in BALANCED])

    np.testing.assert_array_equal(recipe(image), descriptors())
    race(
        lambda: recipe(image),
        {"functions": lambda: separate_balanced(image), "descriptors": descriptors},
        # Tamura's numbers are scaled by its descriptor.
        lambda ours, theirs: np.testing.assert_equal(len(ours), len(theirs)),
        moves=image.nbytes,
    )

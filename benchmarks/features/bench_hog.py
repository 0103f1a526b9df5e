import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import feature

from ..pictures import picture


def in_rows(vector, down, across):
    """Return OpenCV's vector, which runs down the columns, row by row."""
    blocks = vector.reshape(across, down, 2, 2, 9)
    return blocks.transpose(1, 0, 3, 2, 4).ravel()


def opencv(image):
    """Return OpenCV's descriptor of one window of the image's size, where OpenCV has it."""
    if not hasattr(cv2, "HOGDescriptor"):
        return {}
    height, width = image.shape
    window = cv2.HOGDescriptor((width, height), (16, 16), (8, 8), (8, 8), 9)
    return {"opencv": lambda: in_rows(window.compute(image), height // 8 - 1, width // 8 - 1)}


def agree(ours, theirs):
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.mark.targets
@pytest.mark.parametrize("size", [(512, 512), (128, 64)])
def bench_hog(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    peers = opencv(image)
    race(lambda: im.features.hog(image), peers, agree, moves=image.nbytes)


@pytest.mark.parametrize("size", [(512, 512), (128, 64)])
def bench_hog_without_interpolation(race, threads, size):
    image = cv2.cvtColor(picture(*size), cv2.COLOR_RGB2GRAY)
    peer = {"scikit-image": lambda: feature.hog(image, 9, (8, 8), (2, 2))}
    race(lambda: im.features.hog(image, interpolation="none"), peer, agree, moves=image.nbytes)

"""Pictures of which autoencoders learn something in a second: a bar each, lying or standing."""

import numpy as np


def bars(n=200, side=8, seed=0):
    """Return pictures of shape (n, side, side), uint8, and which of them stand."""
    rng = np.random.default_rng(seed)
    images = np.zeros((n, side, side), np.uint8)
    stands, places = rng.integers(0, 2, n), rng.integers(0, side, n)
    for image, standing, place in zip(images, stands, places, strict=True):
        (image.T if standing else image)[place] = rng.integers(150, 256)
    return images, np.array(["lying", "standing"])[stands]


SMALL = {"channels": (8,), "hidden": 64, "epochs": 60, "batch_size": 10, "learning_rate": 0.005}
QUICK = {"channels": (4, 6), "hidden": 8, "epochs": 2, "batch_size": 7}


def loose(images):
    """Return how much the pixels vary: the error of one who knows only the mean picture."""
    return float((images / 255.0 - (images / 255.0).mean(axis=0)).var())

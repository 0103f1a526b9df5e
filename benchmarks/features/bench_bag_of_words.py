import cv2
import imgmine as im
import numpy as np


def bench_bag_of_words(race, threads):
    rng = np.random.default_rng(0)
    words = rng.normal(size=(256, 64)).astype(np.float32)
    local = rng.normal(size=(10_000, 64)).astype(np.float32)

    def opencv():
        nearest = cv2.BFMatcher(cv2.NORM_L2SQR).match(local, words)
        counts = np.bincount([match.trainIdx for match in nearest], minlength=256)
        return counts.astype(np.float32)

    def numpy():
        away = (words**2).sum(1) - 2 * local @ words.T
        return np.bincount(away.argmin(1), minlength=256).astype(np.float32)

    race(
        lambda: im.features.bag_of_words(local, words, normalize=None),
        {"opencv": opencv, "numpy": numpy},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=2),
        turns=5,
    )

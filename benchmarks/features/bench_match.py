import cv2
import imgmine as im
import numpy as np
import pytest

ROWS = {
    "orb": (32, np.uint8, cv2.NORM_HAMMING),
    "sift": (128, np.uint8, cv2.NORM_L2),
    "float": (128, np.float32, cv2.NORM_L2),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("n", [500, 2000])
def bench_match(race, threads, kind, n):
    size, dtype, norm = ROWS[kind]
    a, b = np.random.default_rng(0).integers(0, 256, (2, n, size)).astype(dtype)
    a[::2, size // 2 :] = b[::-2, size // 2 :]
    matcher = cv2.BFMatcher(norm)

    def opencv(a=a, b=b):
        pairs = matcher.knnMatch(a, b, k=2)
        return [(m.queryIdx, m.trainIdx) for m, n in pairs if m.distance < 0.9 * n.distance]

    peers = {"opencv": opencv}
    if kind == "sift":  # as its users have it: SIFT's floats
        floats = a.astype(np.float32), b.astype(np.float32)
        peers["opencv, floats"] = lambda: opencv(*floats)

    def agree(ours, theirs):
        np.testing.assert_array_equal(ours[0], np.reshape(theirs, (-1, 2)))

    race(lambda: im.features.match(a, b, ratio=0.9), peers, agree, turns=7)

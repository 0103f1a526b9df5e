"""Pictures with corners and blobs of all sizes, and the same seen otherwise."""

import cv2
import numpy as np


def scene(height, width, seed=0):
    """Return a gray picture of random disks and rectangles, slightly blurred."""
    rng = np.random.default_rng(seed)
    image = np.full((height, width), 128, np.uint8)
    for _ in range(height * width // 250):
        x, y = (int(v) for v in rng.integers(0, (width, height)))
        size, light = int(rng.integers(2, 14)), int(rng.integers(0, 256))
        if rng.random() < 0.5:
            cv2.circle(image, (x, y), size, light, -1)
        else:
            box = cv2.boxPoints(((x, y), (2 * size, size), float(rng.integers(0, 180))))
            cv2.fillPoly(image, [box.astype(np.int32)], light)
    return cv2.GaussianBlur(image, (0, 0), 1)


def warped(image, angle, factor):
    """Return `image` turned about its center and scaled, whole, and the 3 x 3 matrix of that."""
    height, width = image.shape
    side = int(np.ceil(np.hypot(height, width) * factor))
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, factor)
    matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    if factor < 1:
        image = cv2.GaussianBlur(image, (0, 0), 0.5 / factor)
    out = cv2.warpAffine(image, matrix, (side, side), flags=method, borderValue=128)
    return out, np.vstack([matrix, [0, 0, 1]])


def inlier_share(a, b, matrix, distance=3):
    """Return which share of points `a` is mapped to within `distance` of `b`, and how many."""
    if len(a) == 0:
        return 0.0, 0
    mapped = np.c_[a, np.ones(len(a))] @ matrix.T
    near = np.hypot(*(mapped[:, :2] / mapped[:, 2:] - b).T) < distance
    return near.mean(), near.sum()

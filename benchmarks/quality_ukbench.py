"""Which of 28 photographs show the same object: the N-S score by verified matches.

Each picture is a query; the score is how many of the four pictures of its object (itself included)
are among the first four, at most 4. Run ``python -m benchmarks.quality_ukbench`` with IMGMINE_DATA
set; see docs/benchmarks.md.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import cv2
import imgmine as im
import numpy as np

OBJECTS = 4  # pictures of each
N = 1000  # keypoints a picture


def ours(features, **options):
    def describe(image):
        keypoints, rows = features(image, N, **options)
        return keypoints.xy, rows

    def compare(a, b):
        pairs, _ = im.features.match(a[1], b[1], ratio=0.8, cross_check=True)
        src, dst = a[0][pairs[:, 0]], b[0][pairs[:, 1]]
        _, inliers = im.features.find_homography(src, dst, threshold=5)
        return len(pairs), inliers.sum()

    return describe, compare


def opencv(detector, norm):
    matcher = cv2.BFMatcher(norm)

    def describe(image):
        keypoints, rows = detector.detectAndCompute(image, None)
        return np.float32([k.pt for k in keypoints]), rows

    def nearest(a, b):
        pairs = matcher.knnMatch(a, b, k=2)
        return {m.queryIdx: m.trainIdx for m, n in pairs if m.distance < 0.8 * n.distance}

    def compare(a, b):
        there, back = nearest(a[1], b[1]), matcher.match(b[1], a[1])
        kept = [(i, j) for i, j in there.items() if back[j].trainIdx == i]
        if len(kept) < 4:
            return len(kept), 0
        src, dst = (side[0][[k[s] for k in kept]] for s, side in enumerate((a, b)))
        _, inliers = cv2.findHomography(src, dst, cv2.RANSAC, 5.0)
        return len(kept), 0 if inliers is None else inliers.sum()

    return describe, compare


METHODS = {
    "imgmine sift, root": ours(im.features.sift, root=True),
    "imgmine sift": ours(im.features.sift),
    "opencv sift": opencv(cv2.SIFT_create(N), cv2.NORM_L2),
    "imgmine orb": ours(im.features.orb),
    "opencv orb": opencv(cv2.ORB_create(N), cv2.NORM_HAMMING),
}


def ns_score(similarity):
    """Return the mean number of a query's group among its first four, ties against it."""
    groups = np.arange(len(similarity)) // OBJECTS
    hits = []
    for query, row in enumerate(similarity):
        same = groups == groups[query]
        order = np.lexsort((same, -row))
        hits.append(same[order[:OBJECTS]].sum())
    return np.mean(hits)


def measure(images, describe, compare):
    started = time.process_time()
    features = [describe(image) for image in images]
    described = time.process_time()
    counts = np.zeros((2, len(images), len(images)))
    for i, a in enumerate(features):
        for j, b in enumerate(features):
            counts[:, i, j] = compare(a, b)
    compared = time.process_time()
    groups = np.arange(len(images)) // OBJECTS
    same = (groups[:, None] == groups) & ~np.eye(len(images), dtype=bool)
    other = groups[:, None] != groups
    return (
        *(ns_score(count) for count in counts),
        counts[1][same].mean(),
        counts[1][other].max(),
        1e3 * (described - started) / len(images),
        1e3 * (compared - described) / len(images) ** 2,
    )


def main():
    im.set_num_threads(1)
    cv2.setNumThreads(1)
    paths = sorted(Path(os.environ["IMGMINE_DATA"], "ukbench").glob("*.jpg"))
    images = [im.color.rgb2gray(im.io.imread(path)) for path in paths]
    heads = ("N-S, matches", "N-S, inliers", "inliers, same", "most, other", "ms/image", "ms/pair")
    print(f"{'':20}" + "".join(f"{head:>15}" for head in heads))
    for name, method in METHODS.items():
        print(f"{name:20}" + "".join(f"{value:15.2f}" for value in measure(images, *method)))


if __name__ == "__main__":
    main()

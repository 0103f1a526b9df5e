"""What each descriptor and each named recipe finds: P@10 and MAP, each picture in turn the query.

Run ``python -m benchmarks.quality_retrieval [SET ...]`` with IMGMINE_DATA set; it takes the
pictures SET/CLASS/*.jpg. Nearest is by Euclidean distance of vectors of length 1. Descriptors that
learn are fitted to the set itself, without its classes. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine import features as f
from imgmine.features import Recipe

FISHER = {
    "corel1k": f.FisherVector(64),
    "caltech101": f.FisherVector(64, sizes=(8, 12, 16, 24), spatial=3),
}

DESCRIPTORS = {
    "color_histogram RGB 6x6x6": f.ColorHistogram(6, normalize="hellinger"),
    "color_histogram HSV 16x4x4": f.ColorHistogram((16, 4, 4), "hsv", normalize="hellinger"),
    "color_histogram Lab 4x8x8": f.ColorHistogram((4, 8, 8), "lab", normalize="hellinger"),
    "color_histogram opponent 6x6x6": f.ColorHistogram(6, "opponent", normalize="hellinger"),
    "color_histogram HSV, 2 levels": f.ColorHistogram(
        (16, 4, 4), "hsv", normalize="hellinger", levels=2
    ),
    "color_moments HSV, 3x3": f.ColorMoments("hsv", grid=(3, 3)),
    "color_correlogram HSV 8x4x4": f.ColorCorrelogram((8, 4, 4), distances=(1,), space="hsv"),
    "dominant_colors": f.DominantColors(),
    "color_layout": f.ColorLayout(),
    "scalable_color": f.ScalableColor(),
    "cedd": f.CEDD(),
    "fcth": f.FCTH(),
    "lbp uniform 8, 1": f.LBP(),
    "lbp nri_uniform 8, 2, 2x2": f.LBP(8, 2, method="nri_uniform", grid=(2, 2)),
    "haralick": f.Haralick(),
    "gabor_features": f.GaborFeatures(wavelengths=(3, 6, 12, 24)),
    "tamura": f.Tamura(),
    "hog 64x64": f.HOG(),
    "edge_histogram": f.EdgeHistogram(),
    "phog, 2 levels": f.PHOG(levels=2),
    "hu_moments": f.HuMoments(),
    "zernike_moments": f.ZernikeMoments(),
    "bag of words, 256": f.BagOfWords(256),
    "VLAD, 64": f.VLAD(64),
}
NAMES = ["histogram", "color", "texture", "shape", "balanced", "objects"]


def recipes(name):
    fisher = FISHER.get(name, FISHER["corel1k"])
    yield from ((title, Recipe([part])) for title, part in DESCRIPTORS.items())
    yield "Fisher vector, 64", Recipe([fisher])
    yield from ((f'"{known}"', Recipe.named(known)) for known in NAMES)
    for known in ("balanced", "objects"):
        base = Recipe.named(known)
        yield (
            f'"{known}" + Fisher vector',
            Recipe([*base.descriptors, fisher], weights=[*base.weights, 1]),
        )


def judge(vectors, labels):
    """Return P@10 and MAP, the query itself left out."""
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    distances = im.similarity.pairwise(vectors, vectors, "euclidean")
    np.fill_diagonal(distances, np.inf)
    ranks = np.argsort(distances, axis=1, kind="stable")[:, :-1]
    relevant = labels[ranks] == labels[:, np.newaxis]
    precision = np.cumsum(relevant, 1) / np.arange(1, len(labels))
    return precision[:, 9].mean(), ((precision * relevant).sum(1) / relevant.sum(1)).mean()


def main() -> None:
    folder = Path(os.environ["IMGMINE_DATA"])
    for name in sys.argv[1:] or ["corel1k", "caltech101"]:
        paths = sorted((folder / name).glob("*/*.jpg"))
        labels = np.array([path.parent.name for path in paths])
        images = [im.io.imread(path, mode="RGB") for path in paths]
        print(f"| {name}, {len(paths)} pictures | numbers | P@10 | MAP | ms a picture |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for title, recipe in recipes(name):
            recipe.fit(images)
            started = time.process_time()
            vectors = recipe.transform(images, n_jobs=1)
            spent = (time.process_time() - started) / len(images) * 1e3
            p10, mean = judge(vectors, labels)
            print(f"| {title} | {recipe.size} | {p10:.3f} | {mean:.3f} | {spent:.2f} |", flush=True)
        print()


if __name__ == "__main__":
    main()

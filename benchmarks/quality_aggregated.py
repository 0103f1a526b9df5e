"""Retrieval by aggregated descriptors: share of the ten nearest that are of the query's class.

Run ``python benchmarks/quality_aggregated.py [SET ...]``; codebooks are fitted to the set itself.
"""

import os
import sys
import time
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine.features import VLAD, BagOfWords, FisherVector, Recipe

KINDS = [BagOfWords(256), VLAD(64), *(FisherVector(k) for k in (16, 32, 64))]

for name in sys.argv[1:] or ["corel1k", "caltech101"]:
    paths = sorted((Path(os.environ["IMGMINE_DATA"]) / name).glob("*/*.jpg"))
    labels = np.array([path.parent.name for path in paths])
    images = [im.color.rgb2gray(im.io.imread(path)) for path in paths]
    for kind in KINDS:
        recipe = Recipe([kind]).fit(images)
        started = time.process_time()
        vectors = recipe.transform(images)
        spent = (time.process_time() - started) / len(images)
        likeness = im.similarity.pairwise(vectors, vectors, "cosine")
        np.fill_diagonal(likeness, -2)
        found = np.argsort(-likeness, axis=1, kind="stable")[:, :10]
        share = (labels[found] == labels[:, np.newaxis]).mean()
        print(f"{name:12} {type(kind).__name__:13} k={kind.k:4} size={recipe.size:6} "
              f"P@10 {share:.3f}  {spent * 1e3:.0f} ms an image")  # fmt: skip

"""How well a `RegionClassifier` tells superpixels where people see a thing end from all others.

Run ``python -m benchmarks.quality_regions`` with IMGMINE_DATA set. Of the 60 pictures of BSDS500
every other one is learned from, and the rest judged. A superpixel counts as an end if a boundary
of at least one of the annotators, or of half of them, runs through it or along it. Other pictures
have other shares of ends; the majority's share and the balanced accuracy say what chance gives.
"""

from __future__ import annotations

import os
from pathlib import Path

import imgmine as im
import numpy as np
from scipy.io import loadmat

INSIDE, END = 1, 2


def truth_of(path, regions, share):
    """Return each pixel's class: whether `share` of the annotators see an end in its superpixel."""
    annotators = loadmat(path)["groundTruth"][0]
    votes = np.zeros(int(regions.max()) + 1)
    for annotator in annotators:
        humans = annotator["Segmentation"][0, 0].astype(np.int32)
        ends = im.segment.find_boundaries(humans, mode="thick")
        votes[np.unique(regions[ends])] += 1
    at_end = votes >= max(1, share * len(annotators))
    return np.where(at_end, END, INSIDE)[regions]


def judged(classifier, images, truths, partitions):
    """Return of every superpixel what it is, what it was taken for, and the score of END."""
    true, taken, scores = [], [], []
    for image, truth, regions in zip(images, truths, partitions, strict=True):
        found = classifier.classify(image, regions=regions)
        first = np.unique(regions, return_index=True)[1]
        true.append(truth.ravel()[first])
        taken.append(found.classes)
        scores.append(np.where(found.classes == END, found.scores, -found.scores))
    return map(np.concatenate, (true, taken, scores))


def main() -> None:
    """Print a table."""
    folder = Path(os.environ["IMGMINE_DATA"], "bsds500")
    paths = sorted((folder / "images").glob("*.jpg"))
    images = [im.io.imread(path) for path in paths]
    partitions = [im.segment.slic(image, 300) for image in images]
    print("| ends of | superpixels | majority | accuracy | balanced | area under ROC |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for title, share in (("any annotator", 0.0), ("half of them", 0.5)):
        truths = [
            truth_of(folder / "groundTruth" / f"{path.stem}.mat", regions, share)
            for path, regions in zip(paths, partitions, strict=True)
        ]
        classifier = im.segment.RegionClassifier()
        classifier.fit(images[::2], truths[::2], regions=partitions[::2])
        true, taken, scores = judged(classifier, images[1::2], truths[1::2], partitions[1::2])
        majority = max((true == kind).mean() for kind in (INSIDE, END))
        accuracy = (true == taken).mean()
        balanced = np.mean([(taken[true == kind] == kind).mean() for kind in (INSIDE, END)])
        area = im.metrics.roc_auc_score(true, scores)
        print(f"| {title} | {len(true)} | {majority:.3f} | {accuracy:.3f} | {balanced:.3f} "
              f"| {area:.3f} |")  # fmt: skip


if __name__ == "__main__":
    main()

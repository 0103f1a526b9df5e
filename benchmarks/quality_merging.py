"""How well regions that are joined until things are left agree with what people outlined.

Run ``python -m benchmarks.quality_merging``; IMGMINE_DATA names the folder that holds ``bsds500``.
Adapted Rand F (pairs of pixels that are together) and variation of information (bits, less is
better), averaged over the people who outlined a picture, then over pictures; one setting for all.
Superpixels are joined until the threshold of 1 that is the default. Felzenszwalb's method has the
scale, of those tried, with the best F. People are judged by each other.

The default weights were chosen on these pictures. What that is worth is shown by weights (of a grid
of 48, the threshold being 1) that are chosen on every other picture and judged on the rest, and the
other way round ("two-fold"), beside the best of the grid on all pictures ("in sample").
"""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import imgmine as im
import numpy as np
from scipy.io import loadmat
from skimage import segmentation

if TYPE_CHECKING:
    from collections.abc import Callable

SCALES = (300, 500, 1000, 2000, 3000)
MIN_SIZE = 500
WEIGHTS = tuple(itertools.product((0, 0.005, 0.01, 0.02), (0, 0.04, 0.08, 0.16), (0.4, 0.8, 1.6)))

Pictures = list[tuple[np.ndarray, list[np.ndarray]]]


def pictures_of(folder: Path) -> Pictures:
    """Return pictures, and the label images of the people who outlined each."""
    pictures = []
    for path in im.io.find_images(folder / "images"):
        cells = loadmat(folder / "groundTruth" / f"{Path(path).stem}.mat")["groundTruth"][0]
        truths = [cell["Segmentation"][0, 0].astype(np.int32) for cell in cells]
        pictures.append((im.io.imread(path, mode="RGB"), truths))
    return pictures


def judged(labels: np.ndarray, truths: list[np.ndarray]) -> tuple[float, float, float]:
    """Return adapted Rand F, variation of information and the number of regions."""
    rand = np.mean([im.metrics.adapted_rand(labels, truth)[0] for truth in truths])
    vi = np.mean([np.sum(im.metrics.variation_of_information(labels, t)) for t in truths])
    return float(rand), float(vi), len(np.unique(labels))


def scores_of(pictures: Pictures, segment: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return what judged() returns of each picture."""
    return np.array([judged(segment(image), truths) for image, truths in pictures])


def score(pictures: Pictures, segment: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the means of what judged() returns."""
    return scores_of(pictures, segment).mean(axis=0)


def people(pictures: Pictures) -> np.ndarray:
    """Judge each person by the other ones."""
    scores = []
    for _, truths in pictures:
        pairs = itertools.permutations(truths, 2)
        scores.append(np.mean([judged(one, [other]) for one, other in pairs], axis=0))
    return np.mean(scores, axis=0)


def merged(partition: Callable[[np.ndarray], np.ndarray], **options: float) -> Callable:
    """Return what joins the regions of a partition."""
    return lambda image: im.segment.merge_regions(image, partition(image), **options)


def by_weights(pictures: Pictures, partition: Callable) -> np.ndarray:
    """Return what judged() returns for each of WEIGHTS and each picture."""
    regions = {id(image): partition(image) for image, _ in pictures}

    def at(weights: tuple[float, float, float]) -> np.ndarray:
        known = merged(lambda image: regions[id(image)], weights=weights)
        return scores_of(pictures, known)

    return np.array([at(weights) for weights in WEIGHTS])


def in_sample_and_two_fold(scores: np.ndarray) -> dict[str, np.ndarray]:
    """Return scores with the weights of the best F: on all, on half of the pictures."""

    def best(part: np.ndarray) -> int:
        return int(part[..., 0].mean(axis=1).argmax())

    halves = [scores[:, first::2] for first in (0, 1)]
    chosen = [best(half) for half in halves]
    held_out = np.concatenate([halves[1][chosen[0]], halves[0][chosen[1]]])
    of_halves = " and ".join(str(WEIGHTS[k]) for k in chosen)
    return {
        f"in sample, {WEIGHTS[best(scores)]}": scores[best(scores)].mean(axis=0),
        f"two-fold, {of_halves}": held_out.mean(axis=0),
    }


def best_scale(pictures: Pictures, method: Callable) -> tuple[int, np.ndarray]:
    """Return the scale with the best F, and its scores."""

    def at(scale: int) -> np.ndarray:
        return score(pictures, lambda x: method(x, scale=scale, sigma=0.8, min_size=MIN_SIZE))

    scores = {scale: at(scale) for scale in SCALES}
    scale = max(scores, key=lambda s: scores[s][0])
    return scale, scores[scale]


def main() -> None:
    """Print a table."""
    pictures = pictures_of(Path(os.environ["IMGMINE_DATA"]) / "bsds500")
    of = im.segment
    partitions = {
        "superpixels 300": lambda x: of.superpixels(x, 300),
        "superpixels 600": lambda x: of.superpixels(x, 600),
        "slic 600": lambda x: of.slic(x, 600),
        "felzenszwalb 50": lambda x: of.felzenszwalb(x, scale=50),
        "scikit-image slic 600": lambda x: segmentation.slic(x, 600),
    }
    print(f"{'':70} {'F':>6} {'VI':>6} {'regions':>8}")

    def show(name: str, values: np.ndarray) -> None:
        print(f"{name:70} {values[0]:6.3f} {values[1]:6.3f} {values[2]:8.1f}", flush=True)

    for name, partition in partitions.items():
        show(f"{name}, merge_regions", score(pictures, merged(partition)))
    show(
        "superpixels 300, 8 regions",
        score(pictures, merged(partitions["superpixels 300"], n_regions=8)),
    )
    for name in ("superpixels 300", "scikit-image slic 600"):
        for how, values in in_sample_and_two_fold(by_weights(pictures, partitions[name])).items():
            show(f"{name}, {how}", values)
    for name, method in (("", of.felzenszwalb), ("scikit-image ", segmentation.felzenszwalb)):
        scale, values = best_scale(pictures, method)
        show(f"{name}felzenszwalb {scale}, min_size {MIN_SIZE}", values)
    show("people, by each other", people(pictures))


if __name__ == "__main__":
    main()

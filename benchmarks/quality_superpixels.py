"""How well superpixels keep to what people draw, at equal numbers of regions found.

Run ``python -m benchmarks.quality_superpixels [N ...] [--plot FILE]``; IMGMINE_DATA names the
folder that holds ``bsds500``. Each measure is the mean over an image's annotators, then over
images. As methods differ in how many regions they find of those asked for, what is asked for is
searched until the mean number found is within 1 percent; a method that cannot be tuned so is shown
with what it found. OpenCV's methods are those of its contributed module and are left out where that
is missing.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
from imgmine import metrics
from scipy.io import loadmat
from skimage import segmentation

NUMBERS = (100, 200, 300, 500, 700, 1000)
MEASURES = ("boundary recall", "undersegmentation error", "achievable accuracy")


def photographs(folder: Path) -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """Return images and what each annotator drew."""
    pairs = []
    for path in im.io.find_images(folder / "images"):
        name = f"{Path(path).stem}.mat"
        drawn = loadmat(folder / "groundTruth" / name)["groundTruth"][0]
        pairs.append((im.io.imread(path), [one["Segmentation"][0, 0] for one in drawn]))
    return pairs


def smoothed_lab(image: np.ndarray) -> np.ndarray:
    """Return what OpenCV's examples hand to its methods."""
    return cv2.cvtColor(cv2.GaussianBlur(image, (3, 3), 0), cv2.COLOR_RGB2LAB)


def side_of(image: np.ndarray, n: float) -> int:
    return max(1, round((image.shape[0] * image.shape[1] / n) ** 0.5))


def iterated(superpixels, iterations=10):
    superpixels.iterate(iterations)
    superpixels.enforceLabelConnectivity(25)
    return superpixels.getLabels()


def opencv_slic(image, n):
    lab = smoothed_lab(image)
    made = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, side_of(image, n), 10.0)
    return iterated(made)


def opencv_lsc(image, n):
    return iterated(cv2.ximgproc.createSuperpixelLSC(smoothed_lab(image), side_of(image, n), 0.075))


def opencv_seeds(image, n):
    height, width = image.shape[:2]
    seeds = cv2.ximgproc.createSuperpixelSEEDS(width, height, 3, round(n), 4, 2, 5)
    seeds.iterate(smoothed_lab(image), 20)
    return seeds.getLabels()


def felzenszwalb(image, n):
    """Fewer regions are had by a larger scale, and by joining larger ones."""
    pixels = image.shape[0] * image.shape[1]
    return segmentation.felzenszwalb(image, pixels / n / 2, 0.5, max(2, round(pixels / n / 20)))


METHODS = {
    "imgmine superpixels": lambda image, n: im.segment.superpixels(image, round(n)),
    "imgmine slic": lambda image, n: im.segment.slic(image, round(n)),
    "imgmine slic adaptive": lambda image, n: im.segment.slic(image, round(n), adaptive=True),
    "scikit-image slic": lambda image, n: segmentation.slic(image, round(n), 10, start_label=1),
    "scikit-image felzenszwalb": felzenszwalb,
}
if hasattr(cv2, "ximgproc"):
    METHODS |= {"opencv slic": opencv_slic, "opencv lsc": opencv_lsc, "opencv seeds": opencv_seeds}


def found(labels: list[np.ndarray]) -> float:
    return float(np.mean([len(np.unique(one)) for one in labels]))


def labels_of(method, images, wanted: int) -> list[np.ndarray]:
    """Return labels of about `wanted` regions on average: the nearest of eight tries."""
    asked, best, least = float(wanted), [], np.inf
    for _ in range(8):
        labels = [method(image, asked) for image in images]
        off = found(labels) / wanted
        if abs(off - 1) < least:
            best, least = labels, abs(off - 1)
        if least < 0.01:
            break
        asked = max(1.0, asked / off**0.9)
    return best


def judged(labels: np.ndarray, image: np.ndarray, truths: list[np.ndarray]) -> list[float]:
    return [
        np.mean([metrics.boundary_recall(labels, truth, tolerance=2) for truth in truths]),
        np.mean([metrics.undersegmentation_error(labels, truth) for truth in truths]),
        np.mean([metrics.achievable_segmentation_accuracy(labels, truth) for truth in truths]),
        metrics.explained_variation(image, labels),
    ]


def draw(rows: dict[str, list[list[float]]], path: Path) -> None:
    """Draw the first three measures of each method by the number of regions found."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 4.2), layout="constrained")
    for i, (axes, measure) in enumerate(zip(figure.subplots(1, 3), MEASURES, strict=False)):
        for name, values in rows.items():
            found_of, scores = zip(*((row[0], row[1 + i]) for row in sorted(values)), strict=True)
            style = "-" if name.startswith("imgmine") else ":"
            axes.plot(found_of, scores, style, marker=".", label=name)
        axes.set(title=measure, xlabel="regions found", xscale="log", xticks=NUMBERS)
        axes.set_xticks(NUMBERS, [str(n) for n in NUMBERS])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, default=NUMBERS)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    pairs = photographs(Path(os.environ["IMGMINE_DATA"]) / "bsds500")
    images = [image for image, _ in pairs]
    rows: dict[str, list[list[float]]] = {}
    print(f"{'method':<28}{'found':>8}{'BR':>8}{'UE':>8}{'ASA':>8}{'EV':>8}")
    for n in options.numbers:
        for name, method in METHODS.items():
            labels = labels_of(method, images, n)
            scores = [judged(one, *pair) for one, pair in zip(labels, pairs, strict=True)]
            row = [found(labels), *np.mean(scores, axis=0)]
            rows.setdefault(name, []).append(row)
            printed = "".join(f"{score:8.4f}" for score in row[1:])
            print(f"{name:<28}{row[0]:8.1f}{printed}", flush=True)
        print()
    if options.plot:
        draw(rows, options.plot)


if __name__ == "__main__":
    main()

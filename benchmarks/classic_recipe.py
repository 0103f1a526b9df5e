"""The classic recipe beside OpenCV and scikit-learn, on cats and dogs, from the same arrays.

RGB to gray, Gaussian 5x5, histogram of 8 bins, L2-normalized; a linear SVM with C=1; 80/20 split;
accuracy, precision, recall and weighted F1. Run ``python benchmarks/classic_recipe.py``; the
pictures are found through IMGMINE_DATA.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
from imgmine.features import Recipe
from sklearn import metrics as sk
from sklearn.svm import SVC

TURNS = 9
SEEDS = range(5)


def opencv_describe(image: np.ndarray) -> np.ndarray:
    gray = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (5, 5), 0)
    counts = cv2.calcHist([gray], [0], None, [8], [0, 256])
    return cv2.normalize(counts, counts).ravel()


def race(calls):
    """Median seconds of each call, taken in random turns."""
    samples = {name: [] for name in calls}
    for _ in range(TURNS):
        for name in random.sample(list(calls), len(calls)):
            started = time.perf_counter()
            calls[name]()
            samples[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) for name, times in samples.items()}


def describe_rows(images):
    recipe = Recipe.named("histogram")
    ours = np.array([recipe(image) for image in images])
    theirs = np.array([opencv_describe(image) for image in images])
    print(f"features: {ours.shape}, largest difference {np.abs(ours - theirs).max():.2e}")
    for threads in (1, len(os.sched_getaffinity(0))):
        im.set_num_threads(threads)
        cv2.setNumThreads(threads)
        times = race(
            {
                "imgmine": lambda: [recipe(image) for image in images],
                "opencv": lambda: [opencv_describe(image) for image in images],
            }
        )
        report(f"describe {len(images)} images, {threads} thread(s)", times, "opencv")
    im.set_num_threads(1)
    return ours, theirs


def report(what, times, peer):
    ratio = times[peer] / times["imgmine"]
    print(
        f"{what}: imgmine {times['imgmine'] * 1e3:.2f} ms, {peer} {times[peer] * 1e3:.2f} ms, "
        f"ratio {ratio:.2f}"
    )


def scores(y, p, m):
    return [
        100 * s
        for s in (
            m.accuracy_score(y, p),
            m.precision_score(y, p),
            m.recall_score(y, p),
            m.f1_score(y, p, average="weighted"),
        )
    ]


def classify_rows(ours, theirs, y):
    print("seed   imgmine: acc  prec  rec   F1w | SVC(linear): acc  prec  rec   F1w | images apart")
    for seed in SEEDS:
        train, test = im.classify.train_test_split(np.arange(len(y)), random_state=seed)
        model = im.classify.LinearSVC(C=1, loss="hinge", max_iter=100_000)
        model.fit(ours[train], y[train])
        machine = SVC(kernel="linear", C=1).fit(theirs[train], y[train])
        a, b = model.predict(ours[test]), machine.predict(theirs[test])
        line = "{:>4}  " + " {:>6.1f}" * 4 + "     |" + " {:>6.1f}" * 4 + "    | {:.1f} of 100"
        right = abs((a == y[test]).sum() - (b == y[test]).sum())
        print(
            line.format(
                seed,
                *scores(y[test], a, im.metrics),
                *scores(y[test], b, sk),
                100 * right / len(test),
            )
        )
    times = race(
        {
            "imgmine": lambda: model.fit(ours[train], y[train]),
            "SVC": lambda: SVC(kernel="linear", C=1).fit(theirs[train], y[train]),
        }
    )
    report(f"train on {len(train)}", times, "SVC")


def main() -> None:
    if "IMGMINE_DATA" not in os.environ:
        sys.exit("needs real photographs: IMGMINE_DATA is not set")
    folder = Path(os.environ["IMGMINE_DATA"]) / "cats-dogs"
    paths = im.io.find_images(folder)
    y = np.array([path.parent.name == "dogs" for path in paths], int)
    images = [im.io.imread(path) for path in paths]
    megapixels = sum(image.nbytes for image in images) / 3e6
    print(f"{len(images)} images, {megapixels:.0f} megapixels, CPU level {im.cpu_level()}")
    classify_rows(*describe_rows(images), y)


if __name__ == "__main__":
    main()

"""How well texture descriptors tell the plates of Brodatz's album apart.

Run ``python -m benchmarks.quality_brodatz``; IMGMINE_DATA names the folder that holds ``brodatz``.
Sixteen plates are cut to 25 tiles each; a tile is right if its nearest neighbor among all others,
or a linear classifier trained on four fifths of the tiles, gives it the plate it is from.
"""

from __future__ import annotations

import os
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine.features import LBP, GaborFeatures, GLCMProperties, Haralick, Recipe, Tamura

SIDE = 128
DESCRIPTORS = {
    "LBP 8, 1": [LBP()],
    "LBP 16, 2": [LBP(16, 2)],
    "LBP 8, 1 + 16, 2 + 24, 3": [LBP(), LBP(16, 2), LBP(24, 3)],
    "LBP ror 8, 1": [LBP(method="ror")],
    "LBP nri_uniform 8, 1": [LBP(method="nri_uniform")],
    "GLCM properties": [GLCMProperties(distances=(1, 2, 4))],
    "Haralick": [Haralick()],
    "Haralick, distances 1, 2, 4": [Haralick(distances=(1, 2, 4))],
    "Gabor": [GaborFeatures()],
    "Tamura": [Tamura()],
    "LBP 8, 1 + Gabor + Haralick": [LBP(), GaborFeatures(), Haralick()],
}


def tiles_of(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the tiles, the plate each is from, and its number on the plate."""
    tiles, plates, numbers = [], [], []
    for plate, path in enumerate(im.io.find_images(folder)):
        image = im.io.imread(path, mode="L")
        rows, columns = image.shape[0] // SIDE, image.shape[1] // SIDE
        for i in range(rows * columns):
            y, x = i // columns * SIDE, i % columns * SIDE
            tiles.append(image[y : y + SIDE, x : x + SIDE])
            plates.append(plate)
            numbers.append(i)
    return np.stack(tiles), np.array(plates), np.array(numbers)


def distances_of(vectors: np.ndarray) -> np.ndarray:
    """Return Euclidean distances of all pairs; infinite to itself."""
    squares = (vectors.astype(np.float64) ** 2).sum(1)
    distances = squares[:, np.newaxis] + squares - 2 * vectors.astype(np.float64) @ vectors.T
    np.fill_diagonal(distances, np.inf)
    return distances


def nearest_neighbor(vectors: np.ndarray, plates: np.ndarray) -> float:
    """Return how many tiles' nearest neighbor is of their plate."""
    return float((plates[distances_of(vectors).argmin(1)] == plates).mean())


def linear_svm(vectors: np.ndarray, plates: np.ndarray, numbers: np.ndarray) -> float:
    """Return the accuracy of five folds, standardized by what each was trained on."""
    right = 0
    for fold in range(5):
        test = numbers % 5 == fold
        mean, spread = vectors[~test].mean(0), vectors[~test].std(0) + 1e-6
        scaled = ((vectors - mean) / spread).astype(np.float32)
        model = im.classify.LinearSVC(max_iter=20000).fit(scaled[~test], plates[~test])
        right += int((model.predict(scaled[test]) == plates[test]).sum())
    return right / len(plates)


def main() -> None:
    """Print the table."""
    folder = os.environ.get("IMGMINE_DATA")
    if not folder:
        raise SystemExit("IMGMINE_DATA is not set: it names the folder that holds brodatz")
    tiles, plates, numbers = tiles_of(Path(folder) / "brodatz")
    print(f"{len(tiles)} tiles of {plates.max() + 1} plates, {SIDE} x {SIDE} pixels")
    print(f"{'descriptor':<30} {'numbers':>8} {'neighbor':>9} {'SVM':>7}")
    for name, descriptors in DESCRIPTORS.items():
        recipe = Recipe(descriptors)
        vectors = np.stack([recipe(np.repeat(tile[..., None], 3, 2)) for tile in tiles])
        neighbor = nearest_neighbor(vectors, plates)
        svm = linear_svm(vectors, plates, numbers)
        print(f"{name:<30} {recipe.size:>8} {neighbor:>9.1%} {svm:>7.1%}")


if __name__ == "__main__":
    main()

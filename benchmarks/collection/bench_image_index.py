"""A folder of photographs into a catalogue, from the files' bytes to the disk, beside OpenCV.

OpenCV's loop makes the same vectors and keeps them in an array; the catalogue is new each time and
is committed, so that it survives a loss of power.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import cv2
import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.features import Recipe
from imgmine.io import find_images

RECIPE = Recipe.named("histogram")


def opencv_describe(path: str) -> np.ndarray:
    gray = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    counts = cv2.calcHist([cv2.GaussianBlur(gray, (5, 5), 0)], [0], None, [8], [0, 256])
    return cv2.normalize(counts, counts).ravel()


def opencv_folder(folder: Path, n_threads: int) -> np.ndarray:
    cv2.setNumThreads(1)  # parallel over pictures, as we are
    paths = [str(path) for path in sorted(folder.glob("*/*.jpg"))]
    if n_threads == 1:
        return np.array([opencv_describe(path) for path in paths])
    with ThreadPoolExecutor(n_threads) as executor:
        return np.array(list(executor.map(opencv_describe, paths)))


def agree(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@pytest.fixture
def new_catalogue(tmp_path):
    """Return the path of a catalogue that is not there yet, another one each time."""
    numbers = count()
    yield lambda: tmp_path / f"{next(numbers)}"
    shutil.rmtree(tmp_path)


def bench_add_photographs(race, threads, data_dir, new_catalogue):
    """500 JPEGs of 384 x 256."""
    folder = data_dir / "corel1k"

    def ours() -> np.ndarray:
        with ImageIndex.open(new_catalogue(), RECIPE) as index:
            assert index.add(folder, n_jobs=threads).added == 500
            return index.vectors()

    race(ours, {"opencv": lambda: opencv_folder(folder, threads)}, agree, turns=9)


def bench_describe_photographs(race, threads, data_dir):
    """Do the same without a catalogue."""
    paths = find_images(data_dir / "corel1k")
    peers = {"opencv": lambda: opencv_folder(data_dir / "corel1k", threads)}
    race(lambda: RECIPE.transform(paths, n_jobs=threads), peers, agree, turns=9)


def bench_add_unchanged(race, data_dir, new_catalogue):
    """500 files that have not changed: nothing is opened. No peer."""
    with ImageIndex.open(new_catalogue(), RECIPE) as index:
        index.add(data_dir / "corel1k")
        race(lambda: index.add(data_dir / "corel1k").unchanged, {}, agree)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("n", [1_000, 100_000])
def bench_search(race, new_catalogue, n):
    """10 of `n` pictures, the query an array of 32 x 32; the peer has vectors in an array."""
    rng = np.random.default_rng(0)
    query = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    with ImageIndex.open(new_catalogue(), "color") as index:
        add_vectors(index, rng.random((n, 128), np.float32))
        vectors, recipe = index.vectors(), index.recipe

        def numpy_search() -> list[int]:
            distances = ((vectors - recipe(query)) ** 2).sum(axis=1)
            nearest = np.argpartition(distances, 10)[:10]
            return sorted((nearest + 1).tolist(), key=lambda i: distances[i - 1])

        def same(ours, theirs) -> None:
            assert [hit.id for hit in ours] == theirs

        race(lambda: index.search(query, k=10), {"numpy": numpy_search}, same)


def add_vectors(index: ImageIndex, vectors: np.ndarray) -> None:
    """Put vectors into a catalogue as if pictures had been described."""
    from imgmine.collection import _catalog

    rows = [_catalog.Row(f"{i}", None, None, None, v.tobytes()) for i, v in enumerate(vectors)]
    index._database.write(lambda c: _catalog.put(c, rows, _catalog.next_revision(c)))

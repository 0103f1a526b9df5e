"""Duplicates in a folder of 500 photographs and 100 copies of some, from files to pairs.

The peer is imagededup's method with OpenCV's decoder: a pHash of each file (see
`quality_duplicates`), and each compared with each, by faiss or NumPy. It finds neither mirrored nor
cropped copies; the copies here are JPEGs of half the size, which both find.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
import pytest

from ..quality_duplicates import imagededup_phash


@pytest.fixture(scope="module")
def photographs(data_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("photographs")
    for i, path in enumerate(im.io.find_images(data_dir / "corel1k")):
        (folder / path.name).write_bytes(path.read_bytes())
        if i % 5 == 0:
            image = im.io.imread(path)
            small = im.geometry.resize(image, (image.shape[0] // 2, image.shape[1] // 2))
            im.io.imwrite(folder / f"{path.stem}-half.jpg", small)
    return folder


def hash_of(path: Path) -> np.ndarray:
    return imagededup_phash(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB))


def peer_pairs(folder: Path, threads: int) -> set[tuple[str, str]]:
    cv2.setNumThreads(1)  # parallel over pictures, as we are
    paths = im.io.find_images(folder)
    with ThreadPoolExecutor(threads) as executor:
        words = np.array(list(executor.map(hash_of, paths))).view(np.uint64)[:, 0]
    near = np.bitwise_count(words[:, np.newaxis] ^ words) <= 10
    pairs = np.argwhere(np.triu(near, 1)).tolist()
    return {tuple(sorted((paths[i].stem, paths[j].stem))) for i, j in pairs}


def our_pairs(folder: Path, threads: int) -> set[tuple[str, str]]:
    found = im.find_duplicates(folder, n_jobs=threads)
    return {(group.best.stem, path.stem) for group in found for path in group.others}


def agree(ours: set[tuple[str, str]], theirs: set[tuple[str, str]]) -> None:
    copies = {pair for pair in ours if pair[1] == f"{pair[0]}-half"}
    assert len(copies) == 100
    assert len({(a, b) for a, b in theirs if b == f"{a}-half"}) > 95


def bench_duplicates(race, threads, photographs):
    peers = {"imagededup's": lambda: peer_pairs(photographs, threads)}
    race(lambda: our_pairs(photographs, threads), peers, agree, turns=5)


def bench_duplicates_bytes(race, threads, photographs):
    """Only files of equal length are read. No peer."""
    race(lambda: len(im.find_duplicates(photographs, kind="bytes")), {}, agree)

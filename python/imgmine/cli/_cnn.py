"""Pictures as a network takes them, and the network that ``imgmine train --cnn`` makes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._progress import reporter
from .._runtime import num_threads
from ..geometry import resize
from ..io import imread
from ..nn import AdamW, Augment, Network, OneCycle, small_cnn
from ._pictures import reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._progress import Progress
    from .._validate import Array

_OURS = b"\x89IMGMINE"  # how the other kind of model begins
_MOST = 4096  # pixels each way
_CHANNELS = {1: "L", 3: "RGB"}


def is_network(path: str) -> bool:
    """Tell whether a file may be a network's."""
    with Path(path).open("rb") as file:
        start = file.read(9)
    return not start.startswith(_OURS) and start[8:] == b"{"


def load_network(path: str) -> Network:
    """Read a network that tells classes of pictures apart."""
    network = Network.load(path)
    shapes = network.input_shapes
    is_one = len(shapes) == 1 and len(shapes[0]) == 3 and shapes[0][2] in _CHANNELS
    if not is_one or network.classes_ is None:
        raise ValueError(f"{path}: this network does not tell classes of pictures apart")
    if max(shapes[0][:2]) > _MOST:
        height, width, _ = shapes[0]
        raise ValueError(
            f"{path}: this network takes pictures of {height} x {width} pixels, more than {_MOST}"
        )
    return network


def read_pictures(
    paths: Sequence[str | Path],
    shape: tuple[int, ...],
    jobs: int | None,
    progress: Progress,
) -> tuple[list[int], Array, list[tuple[str, str]]]:
    """Read the pictures that can be read, brought to one size.

    Returns
    -------
    kept : list of int
        Which of `paths` these are.
    images : ndarray of shape (len(kept), *shape), uint8
    failures : list of (path, reason)
    """
    kept: list[int] = []
    images = np.empty((len(paths), *shape), np.uint8)
    failures: list[tuple[str, str]] = []
    report = reporter(progress)

    def read(path: str | Path) -> Any:
        try:
            image = imread(path, mode=_CHANNELS[shape[2]])
            return resize(image, shape[:2], "area").reshape(shape)
        except (OSError, ValueError, MemoryError) as error:
            return error

    with ThreadPoolExecutor(jobs or num_threads()) as pool:
        for i, result in enumerate(pool.map(read, paths)):
            if isinstance(result, Exception):
                failures.append((str(paths[i]), reason_of(result)))
            else:
                images[len(kept)] = result
                kept.append(i)
            report(i + 1, len(paths))
    return kept, images[: len(kept)], failures


def learn(
    images: Array, labels: Array, epochs: int, seed: int, progress: Progress = False
) -> Network:
    """Return a network that has learned from pictures."""
    side = images.shape[1]
    network = small_cnn(images.shape[1:], len(np.unique(labels)), random_state=seed)
    network.fit(
        images,
        labels,
        epochs=epochs,
        optimizer=AdamW(0.002, weight_decay=0.1, clip_norm=1.0),
        schedule=OneCycle(0.2),
        augment=Augment(shift=side // 8, flip=True, rotate=15, scale=0.25),
        label_smoothing=0.1,
        random_state=seed,
        progress=progress,
    )
    return network

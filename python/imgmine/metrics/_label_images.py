"""What the judgements of segmentations share: label images, their table of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .._validate import Array, as_int, as_whole_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._labels import IntArray


class Table(NamedTuple):
    """Pixels of the pairs of labels that occur, in rising order, and of each label by itself."""

    counts: IntArray  # of pairs
    rows: IntArray  # of each pair, the place of its label in `of_rows`
    columns: IntArray
    of_rows: IntArray  # pixels of each label; 0 where a label does not occur
    of_columns: IntArray
    n: int


def as_label_image(labels: npt.ArrayLike, name: str) -> Array:
    """Return a label image or mask of shape (H, W) that has pixels."""
    array = as_whole_numbers(labels, name)
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array


def as_label_images(labels: npt.ArrayLike, truth: npt.ArrayLike) -> tuple[Array, Array]:
    """Return two label images of one shape."""
    one, other = as_label_image(labels, "labels"), as_label_image(truth, "truth")
    if one.shape != other.shape:
        raise ValueError(f"truth must have the shape of labels {one.shape}, got {other.shape}")
    return one, other


def table(labels: npt.ArrayLike, truth: npt.ArrayLike, ignore: int | None = None) -> Table:
    """Count the pairs of labels, less those of the pixels that are `ignore` in the truth."""
    one, other = (array.ravel() for array in as_label_images(labels, truth))
    if ignore is not None:
        kept = other != as_int(ignore, "ignore")
        one, other = one[kept], other[kept]
    rows, columns = places(one), places(other)
    size = int(columns.max(initial=-1)) + 1
    pairs, counts = _count(rows * size + columns)
    above, below = pairs // max(size, 1), pairs % max(size, 1)
    return Table(counts, above, below, np.bincount(rows), np.bincount(columns), len(rows))


def places(labels: Array) -> IntArray:
    """Return a number from 0 on for each pixel: that of its label, where large holes are closed.

    Small holes stay: whoever counts pixels has the room, and need not look through them twice.
    """
    if labels.size == 0:
        return np.zeros(0, np.intp)
    least, greatest = int(labels.min()), int(labels.max())
    if greatest - least >= 4 * labels.size:
        return np.unique(labels, return_inverse=True)[1].reshape(-1)
    if greatest > np.iinfo(np.intp).max:
        shifted: IntArray = (labels.ravel() - np.uint64(least)).astype(np.intp)
        return shifted
    return labels.ravel().astype(np.intp) - least


def _count(codes: IntArray) -> tuple[IntArray, IntArray]:
    if codes.max(initial=0) < 4 * codes.size + 4096:
        counts = np.bincount(codes)
        found = np.flatnonzero(counts)
        return found, counts[found]
    return np.unique(codes, return_counts=True)

"""Splitting samples into a part to learn from and a part to judge by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..metrics._labels import as_labels

if TYPE_CHECKING:
    from typing import TypeAlias

    from ..metrics._labels import IntArray

    Seed: TypeAlias = int | np.random.Generator | np.random.BitGenerator | np.random.SeedSequence


def train_test_split(
    *arrays: Any,
    test_size: float = 0.2,
    stratify: npt.ArrayLike | None = None,
    random_state: Seed | None = None,
    shuffle: bool = True,
) -> list[Any]:
    """Split samples, and whatever belongs to them, into a training and a test part.

    Parameters
    ----------
    *arrays : sequences of one length n
        Arrays, lists (of paths, of images), tuples, SciPy's sparse matrices or pandas' tables;
        each part is of the type of the whole. Samples lie along the first axis.
    test_size : float or int, default 0.2
        Share of the samples for the test, in (0, 1), rounded up to whole samples; or their number
        as an int. Both parts must get a sample.
    stratify : array_like of shape (n,), optional
        Labels. Every class is divided in the same proportion, to within less than one sample: the
        samples that proportion leaves over go to the classes with the largest remainders, equal
        remainders in random order.
    random_state : int, Generator, BitGenerator, SeedSequence or None, default None
        Seed for `numpy.random.default_rng`; None draws other parts on every call.
    shuffle : bool, default True
        Draw the test part at random, both parts in random order; False takes the last samples.

    Returns
    -------
    list of length ``2 * len(arrays)``
        ``[train_a, test_a, train_b, test_b, ...]``.

    Raises
    ------
    TypeError
        If an array is not a sequence, `test_size` is not a number, or the labels in `stratify` are
        not of one sortable kind.
    ValueError
        If lengths differ, a part would be empty, a class in `stratify` has a single member or there
        are more classes than samples in a part, or `stratify` is given without `shuffle`.

    Examples
    --------
    >>> import imgmine as im
    >>> paths = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
    >>> labels = ["cat", "cat", "dog", "dog"]
    >>> train, test, train_labels, test_labels = im.classify.train_test_split(
    ...     paths, labels, test_size=0.5, stratify=labels, random_state=0
    ... )
    >>> sorted(train_labels), sorted(test_labels)
    (['cat', 'dog'], ['cat', 'dog'])
    """
    n = _common_length(arrays)
    n_test = _test_count(test_size, n)
    if stratify is not None and not shuffle:
        raise ValueError("stratify must be None where shuffle is False: it draws at random")
    order = np.arange(n)
    chosen = order >= n - n_test
    if shuffle:
        rng = np.random.default_rng(random_state)
        order = rng.permutation(n)
        if stratify is not None:
            chosen = _stratified(as_labels(stratify, "stratify"), order, n_test, rng)
    return [_take(array, order[part]) for array in arrays for part in (~chosen, chosen)]


def _common_length(arrays: tuple[Any, ...]) -> int:
    if not arrays:
        raise ValueError("arrays must hold at least one sequence, got none")
    for array in arrays:
        if isinstance(array, (str, bytes)) or not _has_rows(array):
            raise TypeError(f"arrays must be sequences of samples, got {type(array).__name__}")
    lengths = [int(array.shape[0]) if hasattr(array, "shape") else len(array) for array in arrays]
    if len(set(lengths)) > 1:
        raise ValueError(f"arrays must have one length, got {lengths}")
    if lengths[0] < 2:
        raise ValueError(f"arrays must hold at least two samples to split, got {lengths[0]}")
    return lengths[0]


def _has_rows(array: Any) -> bool:
    shape = getattr(array, "shape", None)
    return isinstance(array, Sequence) if shape is None else len(shape) > 0


def _test_count(test_size: Any, n: int) -> int:
    if isinstance(test_size, (float, np.floating)):
        if not 0 < test_size < 1:
            raise ValueError(f"test_size must be in (0, 1) or an int, got {test_size}")
        # Without rounding, 0.07 * 100 = 7.000000000000001 would become 8.
        n_test = math.ceil(round(float(test_size) * n, 6))
    elif isinstance(test_size, (int, np.integer)) and not isinstance(test_size, bool):
        n_test = int(test_size)
    else:
        raise TypeError(f"test_size must be a float or an int, got {type(test_size).__name__}")
    if not 0 < n_test < n:
        raise ValueError(
            f"test_size must leave a sample to both parts of {n}, got {test_size} "
            f"({n_test} for the test)"
        )
    return n_test


def _stratified(
    labels: npt.NDArray[Any], order: IntArray, n_test: int, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Choose from `order` the first samples of each class for the test."""
    n = len(order)
    if len(labels) != n:
        raise ValueError(f"stratify must have one label for each of {n} samples, got {len(labels)}")
    classes, codes, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if sizes.min() < 2:
        single = classes[sizes.argmin()]
        raise ValueError(f"stratify must hold every class at least twice, got {single} once")
    if len(classes) > min(n_test, n - n_test):
        raise ValueError(
            f"test_size must leave {len(classes)} samples, one per class, to both parts of {n}, "
            f"got {n_test} for the test"
        )
    by_class = np.argsort(codes[order], kind="stable")
    starts = np.cumsum(sizes) - sizes
    rank = np.empty(n, np.intp)
    rank[by_class] = np.arange(n) - np.repeat(starts, sizes)
    chosen: npt.NDArray[np.bool_] = rank < _shares(sizes, n_test, rng)[codes[order]]
    return chosen


def _shares(sizes: IntArray, n_test: int, rng: np.random.Generator) -> IntArray:
    """Largest remainders: whole parts of the exact quotas first, then one each while any are left.

    Integers throughout, so that equal remainders are equal.
    """
    shares, remainders = np.divmod(sizes * n_test, sizes.sum())
    left = n_test - shares.sum()
    largest = np.lexsort((rng.permutation(len(sizes)), -remainders))[:left]
    shares[largest] += 1
    return shares


def _take(array: Any, rows: IntArray) -> Any:
    """Return the rows of anything that has rows, as the same type where that makes sense."""
    if hasattr(array, "iloc"):
        return array.iloc[rows]
    if hasattr(array, "shape"):
        return array[rows]
    picked = [array[row] for row in rows.tolist()]
    return tuple(picked) if isinstance(array, tuple) else picked

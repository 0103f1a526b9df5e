"""Dividing samples into folds, each of which is judged by once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .._samples import as_seed
from .._validate import as_bool, as_int
from ..metrics._labels import as_labels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    import numpy.typing as npt

    from ..metrics._labels import IntArray

    Split: TypeAlias = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


class StratifiedKFold:
    """Folds that hold every class in the same proportion; each is the test part once.

    Parameters
    ----------
    n_splits : int, default 5
        Number of folds, at least 2.
    shuffle : bool, default False
        Draw the members of each fold at random; False takes them in their order, so that samples
        that stand beside each other, often pictures of one series, mostly stay together.
    random_state : int, optional
        Seed of `shuffle`; None is 0: the folds are always the same.

    Notes
    -----
    Without `shuffle` the folds are those of scikit-learn's class of this name. Sizes of the folds
    differ by at most one sample, and so does each class in them.

    Examples
    --------
    >>> import imgmine as im
    >>> labels = ["cat", "cat", "cat", "cat", "dog", "dog"]
    >>> for train, test in im.classify.StratifiedKFold(2).split(labels, labels):
    ...     print(train, test)
    [2 3 5] [0 1 4]
    [0 1 4] [2 3 5]
    """

    def __init__(
        self, n_splits: int = 5, *, shuffle: bool = False, random_state: int | None = None
    ) -> None:
        self.n_splits = as_int(n_splits, "n_splits")
        if self.n_splits < 2:
            raise ValueError(f"n_splits must be at least 2, got {n_splits}")
        self.shuffle = as_bool(shuffle, "shuffle")
        self.random_state = None if random_state is None else as_seed(random_state)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:  # noqa: ARG002
        """Return the number of folds, as scikit-learn asks for it."""
        return self.n_splits

    def split(self, X: Any, y: npt.ArrayLike, groups: Any = None) -> Iterator[Split]:  # noqa: ARG002
        """Yield the rows to learn from and the rows to judge by, both rising, fold by fold.

        Parameters
        ----------
        X : sequence of n samples
            Only its length is looked at.
        y : array_like of shape (n,)
            Labels, of one sortable kind.
        groups : ignored

        Yields
        ------
        train, test : ndarray of intp

        Raises
        ------
        ValueError
            If lengths differ, or a class has fewer members than there are folds.
        """
        labels = as_labels(y, "y")
        n = int(X.shape[0]) if hasattr(X, "shape") else len(X)
        if n != len(labels):
            raise ValueError(f"y must have one label for each of {n} samples, got {len(labels)}")
        return _parts(self._folds(labels), self.n_splits)

    def __repr__(self) -> str:
        return (
            f"StratifiedKFold({self.n_splits}, shuffle={self.shuffle}, "
            f"random_state={self.random_state})"
        )

    def _folds(self, labels: npt.NDArray[Any]) -> IntArray:
        """Return the number of each sample's fold."""
        k = self.n_splits
        classes, first, codes = np.unique(labels, return_index=True, return_inverse=True)
        # Classes in the order in which they appear, as scikit-learn numbers them.
        codes = np.argsort(np.argsort(first))[codes]
        sizes = np.bincount(codes)
        if sizes.min() < k:
            least = classes[np.argsort(first)].tolist()[sizes.argmin()]
            raise ValueError(
                f"y must hold every class at least n_splits = {k} times, got {least!r} "
                f"{sizes.min()} times"
            )
        # Dealing the sorted labels out like cards evens out what does not divide by k.
        dealt = np.sort(codes)
        shares = np.stack([np.bincount(dealt[i::k], minlength=len(classes)) for i in range(k)])
        rng = np.random.default_rng(self.random_state or 0)
        folds = np.empty(len(labels), np.intp)
        for code in range(len(classes)):
            members = np.repeat(np.arange(k), shares[:, code])
            folds[codes == code] = rng.permutation(members) if self.shuffle else members
        return folds


def _parts(folds: IntArray, k: int) -> Iterator[Split]:
    for fold in range(k):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def as_splits(cv: Any, X: Any, y: Any) -> list[Split]:
    """Return what `cv` stands for: a number of folds, a splitter, or the parts themselves."""
    if cv is None or isinstance(cv, (int, np.integer)):
        if isinstance(cv, bool):
            raise TypeError("cv must be a number of folds, a splitter or pairs of rows, got bool")
        cv = StratifiedKFold(5 if cv is None else int(cv))
    if hasattr(cv, "split") and not isinstance(cv, str):
        cv = cv.split(X, y)
    if isinstance(cv, str) or not isinstance(cv, Iterable):
        raise TypeError(
            "cv must be a number of folds, a splitter or pairs of rows, got " + type(cv).__name__
        )
    splits = [_pair(pair) for pair in cv]
    if not splits:
        raise ValueError("cv must give at least one pair of rows, got none")
    return splits


def _pair(pair: Any) -> Split:
    train, test = (np.asarray(rows) for rows in pair)
    for rows in (train, test):
        if rows.ndim != 1 or rows.dtype.kind not in "iub" or not len(rows):
            raise ValueError(
                "cv must give pairs of whole numbers, at least one each, got an array of shape "
                f"{rows.shape}, {rows.dtype}"
            )
    train, test = (np.flatnonzero(r) if r.dtype.kind == "b" else r for r in (train, test))
    return train.astype(np.intp), test.astype(np.intp)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .._errors import NotFittedError
from ..classify._cross_val import class_scores
from ._describe_regions import describe_regions
from ._planes import INT32, as_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from .._validate import Array


class RegionClass(NamedTuple):
    """What a region was taken for, and how sure the model is.

    Attributes
    ----------
    label : int
        The region.
    name : str, int
        Its class.
    score : float
        The model's score for that class; NaN of a model that gives none.
    """

    label: int
    name: Any
    score: float


@dataclass(frozen=True, eq=False)
class RegionClasses:
    """What `classify_regions` found: a `RegionClass` for each region, by rising label.

    Attributes
    ----------
    labels : ndarray of shape (n,), int32
        The regions.
    classes : ndarray of shape (n,)
        The class of each.
    scores : ndarray of shape (n,), float64
        The model's score for that class: its decision function or else the probability; NaN of a
        model that has neither.
    """

    labels: Array
    classes: Array
    scores: Array

    def __len__(self) -> int:
        return len(self.labels)

    def __iter__(self) -> Iterator[RegionClass]:
        columns = (self.labels.tolist(), self.classes.tolist(), self.scores.tolist())
        return map(RegionClass, *columns)

    @property
    def names(self) -> dict[int, str]:
        """The classes as `annotate` and `to_coco` take names."""
        return {row.label: str(row.name) for row in self}

    def image(self, labels: npt.ArrayLike) -> tuple[Array, dict[int, str]]:
        """Return a label image in which each region has the number of its class.

        Parameters
        ----------
        labels : array_like of shape (H, W), any integer dtype
            The regions that were classified.

        Returns
        -------
        classes : ndarray of shape (H, W), int32
            1, 2 ... in the order of the sorted classes; 0 where there was no region.
        names : dict of int to str
            Which class a number stands for.
        """
        array = as_regions(labels)
        found, numbers = np.unique(self.classes, return_inverse=True)
        place = np.searchsorted(self.labels, array)
        place = np.minimum(place, max(len(self) - 1, 0))
        if not len(self):
            return np.zeros(array.shape, INT32), {}
        known = self.labels[place] == array
        names = {i: str(name) for i, name in enumerate(found.tolist(), 1)}
        return np.where(known, numbers[place] + 1, 0).astype(INT32), names

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as JSON can hold them.

        Returns
        -------
        list of dict
            With "label", "class" and "score" (None for NaN).
        """
        return [
            {
                "label": row.label,
                "class": row.name,
                "score": None if np.isnan(row.score) else row.score,
            }
            for row in self
        ]


def classify_regions(
    image: npt.ArrayLike,
    labels: npt.ArrayLike,
    classifier: Any,
    *,
    outside: str = "mean",
    n_jobs: int | None = None,
) -> RegionClasses:
    """Tell the class of each region of a picture.

    Each region is described by the classifier's recipe as `describe_regions` does it, and judged
    by its model.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), uint8
    labels : array_like of shape (H, W), any integer dtype
        Regions from 1 on.
    classifier : ImageClassifier, or (Recipe, model)
        Fitted. A model is whatever has ``predict`` for the recipe's vectors; one that learned from
        vectors of `describe_regions` knows regions as they are.
    outside : {"mean", "keep"}, default "mean"
        What a region's rectangle holds beside it, as for `describe_regions`.
    n_jobs : int, optional
        Threads; default: all the process may use.

    Returns
    -------
    RegionClasses

    Raises
    ------
    TypeError
        If `classifier` is something else, `image` not uint8 or `labels` not whole numbers.
    NotFittedError
        If the classifier has not learned.
    ValueError
        If a shape does not fit, or `outside` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> recipe = im.features.Recipe.named("histogram")
    >>> plain = [np.full((9, 9, 3), light, np.uint8) for light in (20, 40, 210, 240)]
    >>> model = im.classify.LinearSVC().fit(recipe.transform(plain), ["dark"] * 2 + ["light"] * 2)
    >>> image = np.repeat(np.uint8([[30, 30, 220, 220]]), 4, axis=0)
    >>> labels = np.where(image > 99, 7, 3)
    >>> found = im.segment.classify_regions(image, labels, (recipe, model))
    >>> found.names
    {3: 'dark', 7: 'light'}
    """
    recipe, model = _parts_of(classifier)
    found, vectors = describe_regions(image, labels, recipe, outside=outside, n_jobs=n_jobs)
    if not len(found):
        return RegionClasses(found, np.empty(0, np.str_), np.empty(0))
    classes = np.asarray(model.predict(vectors))
    return RegionClasses(found, classes, best_scores(model, vectors))


def _parts_of(classifier: Any) -> tuple[Any, Any]:
    if isinstance(classifier, tuple) and len(classifier) == 2:
        return classifier
    if hasattr(classifier, "recipe_") and hasattr(classifier, "model_"):
        return classifier.recipe_, classifier.model_
    kind = type(classifier).__name__
    if hasattr(classifier, "recipe") and hasattr(classifier, "fit"):
        raise NotFittedError(f"this {kind} is not fitted yet: call fit before")
    raise TypeError(f"classifier must be an ImageClassifier or (recipe, model), got {kind}")


def best_scores(model: Any, vectors: Array) -> Array:
    """Return the model's score for the class it chose."""
    scores = class_scores(model, vectors)
    if scores is None or scores.ndim != 2:
        return np.full(len(vectors), np.nan)
    best: Array = scores.max(axis=1).astype(np.float64)
    return best

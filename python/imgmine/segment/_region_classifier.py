"""A classifier of regions: what a picture's pixels are, decided superpixel by superpixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._estimator import Estimator
from ..classify import LinearSVC
from ..classify._cross_val import copied
from ..features import Recipe
from . import _region_classifier_file
from ._classify_regions import RegionClasses, best_scores
from ._describe_regions import describe_regions
from ._planes import INT32, as_regions, as_rgb_image, compact
from ._region_features import NAMES, region_features
from ._slic import slic

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from .._validate import Array

_FAR = 4.0  # deviations; what is farther away is no farther


class RegionClassifier(Estimator):
    """Learns, from pictures whose pixels are labeled, to label those of others.

    A picture is cut into superpixels (`slic`), and each is described by 31 numbers: mean, deviation
    and skewness of its color in Lab; its local binary patterns; gradients within and at its edge;
    its place and size; and how far its color is from its neighbors'. A model judges them, brought
    to mean 0 and deviation 1 each, together with their absolute values: a straight line then also
    tells what is usual from what is unusual to either side.

    Parameters
    ----------
    recipe : Recipe or str, optional
        Describe superpixels by this as well, as `describe_regions` does: slower.
    n_segments : int, default 300
        How many superpixels a picture is cut into, about.
    model : estimator, optional
        What learns from the numbers: any object with ``fit`` and ``predict``. A copy of it is
        fitted. Default: ``LinearSVC(C=0.1)``. `save` writes the estimators of `imgmine.classify`.

    Attributes
    ----------
    recipe_ : Recipe or None
        The recipe, its codebooks included.
    model_ : estimator
        The fitted model.
    classes_ : ndarray of shape (n_classes,), int64
        The labels, sorted.
    mean_, scale_ : ndarray of shape (n_features,), float64
        Of each number, over the superpixels it learned from.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> truth = np.ones((60, 80), np.int32)
    >>> truth[:, 40:] = 2  # the right half is light
    >>> images = [np.uint8(truth * 80 + rng.integers(0, 60, truth.shape)) for _ in range(3)]
    >>> classifier = im.segment.RegionClassifier(n_segments=40).fit(images[:2], [truth] * 2)
    >>> bool((classifier.predict(images[2]) == truth).mean() > 0.95)
    True
    """

    recipe_: Recipe | None
    model_: Any
    classes_: Array
    mean_: Array
    scale_: Array

    def __init__(
        self, recipe: Recipe | str | None = None, n_segments: int = 300, model: Any = None
    ) -> None:
        self.recipe = recipe
        self.n_segments = n_segments
        self.model = model

    def fit(
        self,
        images: Iterable[npt.ArrayLike],
        label_images: Iterable[npt.ArrayLike],
        *,
        regions: Iterable[npt.ArrayLike] | None = None,
    ) -> RegionClassifier:
        """Learn from pictures whose pixels' classes are known.

        Parameters
        ----------
        images : iterable of array_like of shape (H, W[, C]), uint8
        label_images : iterable of array_like of shape (H, W), any integer dtype
            The class of each pixel, from 1 on; 0 where it is not known. A superpixel is of the
            class that most of its labeled pixels have, of equals the lower; one without any is
            not used.
        regions : iterable of array_like of shape (H, W), any integer dtype, optional
            Partitions to use instead of superpixels.

        Returns
        -------
        RegionClassifier
            The classifier.

        Raises
        ------
        ValueError
            If there are fewer than two classes, not as many label images (or regions) as images,
            or a shape does not fit.
        """
        pictures, truths = list(images), list(label_images)
        partitions = [None] * len(pictures) if regions is None else list(regions)
        for name, given in (("label_images", truths), ("regions", partitions)):
            if len(given) != len(pictures):
                raise ValueError(
                    f"{name} must be as many as images, {len(pictures)}, got {len(given)}"
                )
        planes = [self._regions(*pair) for pair in zip(pictures, partitions, strict=True)]
        labels = [_majority(plane, t) for plane, t in zip(planes, truths, strict=True)]
        y = np.concatenate([np.empty(0, np.int64), *labels])
        if len(np.unique(y[y > 0])) < 2:
            raise ValueError(
                f"label_images must have at least two classes, got {np.unique(y[y > 0]).tolist()}"
            )
        recipe = _fitted_recipe(self.recipe, pictures)
        rows = [_rows(*pair, recipe) for pair in zip(pictures, planes, strict=True)]
        X = np.concatenate(rows)[y > 0]
        self.recipe_, self.mean_ = recipe, X.mean(axis=0, dtype=np.float64)
        spread = X.std(axis=0, dtype=np.float64)
        self.scale_ = np.where(spread > 0, spread, 1.0)
        model = LinearSVC(C=0.1) if self.model is None else copied(self.model)
        self.model_ = model.fit(self._mapped(X), y[y > 0])
        self.classes_ = np.unique(y[y > 0])
        return self

    def classify(
        self, image: npt.ArrayLike, *, regions: npt.ArrayLike | None = None
    ) -> RegionClasses:
        """Return the class of each superpixel.

        Parameters
        ----------
        image : array_like of shape (H, W[, C]), uint8
        regions : array_like of shape (H, W), any integer dtype, optional
            A partition to use instead of superpixels.

        Returns
        -------
        RegionClasses

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted("model_")
        return self._classified(image, self._regions(image, regions))

    def predict(self, image: npt.ArrayLike, *, regions: npt.ArrayLike | None = None) -> Array:
        """Return the class of each pixel.

        Parameters
        ----------
        image : array_like of shape (H, W[, C]), uint8
        regions : array_like of shape (H, W), any integer dtype, optional
            A partition to use instead of superpixels.

        Returns
        -------
        ndarray of shape (H, W), int32
            The class of each pixel's superpixel; 0 where `regions` is.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted("model_")
        plane = self._regions(image, regions)
        found, places = compact(plane)
        by_place = np.zeros(len(found), INT32)
        by_place[found > 0] = self._classified(image, plane).classes
        labels: Array = by_place[places]
        return labels

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the classifier to a file; a reader finds the old one or the whole new one.

        Parameters
        ----------
        path : path

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError
            If the model is none of `imgmine.classify`.
        """
        self._require_fitted("model_")
        _region_classifier_file.write(path, self)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> RegionClassifier:
        """Read a classifier that `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        RegionClassifier

        Raises
        ------
        FormatError
            If the file is damaged, or anything else.
        OSError
            If it cannot be read.
        """
        parts = _region_classifier_file.read(path, len(NAMES))
        classifier = cls(parts.recipe, parts.n_segments, parts.model)
        classifier.recipe_, classifier.model_ = parts.recipe, parts.model
        classifier.mean_, classifier.scale_ = parts.mean, parts.scale
        classifier.classes_ = np.asarray(classifier.model_.classes_)
        return classifier

    def _regions(self, image: npt.ArrayLike, given: npt.ArrayLike | None) -> Array:
        if given is not None:
            return as_regions(given, np.shape(image)[:2], "regions")
        return slic(as_rgb_image(image), self.n_segments)

    def _classified(self, image: npt.ArrayLike, plane: Array) -> RegionClasses:
        labels = compact(plane)[0]
        labels = labels[labels > 0]
        if not len(labels):
            return RegionClasses(labels, self.classes_[:0], np.empty(0))
        X = self._mapped(_rows(image, plane, self.recipe_))
        return RegionClasses(
            labels, np.asarray(self.model_.predict(X)), best_scores(self.model_, X)
        )

    def _mapped(self, X: Array) -> Array:
        """Return numbers as the model takes them: standardized, and their absolute values."""
        standard = np.clip((X - self.mean_) / self.scale_, -_FAR, _FAR)
        return np.concatenate([standard, np.abs(standard)], axis=1).astype(np.float32)


def _rows(image: npt.ArrayLike, plane: Array, recipe: Recipe | None) -> Array:
    rows = region_features(image, plane)[1]
    if recipe is None:
        return rows
    return np.concatenate([rows, describe_regions(image, plane, recipe)[1]], axis=1)


def _fitted_recipe(recipe: Recipe | str | None, images: Sequence[Any]) -> Recipe | None:
    """Return the recipe; what it has yet to learn, a copy learns from the pictures."""
    if recipe is None or isinstance(recipe, str):
        return None if recipe is None else Recipe.named(recipe)
    return recipe if recipe.is_fitted else Recipe(**recipe.get_params()).fit(images)


def _majority(plane: Array, truth: npt.ArrayLike) -> Array:
    """Return the class of each region, 0 where none of its pixels has one."""
    classes = as_regions(truth, plane.shape, "label_images")
    found, places = compact(plane)
    values, codes = compact(classes)
    counts = np.bincount((places.astype(np.int64) * len(values) + codes).ravel(),
                         minlength=len(found) * len(values))  # fmt: skip
    counts = counts.reshape(len(found), len(values))
    if values[0] == 0:
        counts[:, 0] = 0
    chosen = np.where(counts.any(axis=1), values[counts.argmax(axis=1)], 0)
    majority: Array = chosen[found > 0].astype(np.int64)
    return majority

"""A classifier of pictures: a recipe that describes them and a model that judges the vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import NotFittedError
from .._estimator import Estimator
from .._progress import Progress, reporter
from ..classify import LinearSVC
from ..classify._cross_val import class_scores, copied
from . import _classifier_file
from ._about import as_recipe
from ._learning import learned
from ._names import reason
from ._report import Report
from ._samples import batch, labeled_samples

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import numpy.typing as npt

    from .._validate import Array
    from ..features import Recipe
    from ._samples import Samples


class ImageClassifier(Estimator):
    """Learns to tell pictures of one class from those of another.

    Parameters
    ----------
    recipe : Recipe or str, default "color"
        How pictures are described, or the name of a preset (`Recipe.named`). Codebooks that it
        lacks are learned by `fit`, from at most 1,000 of the pictures and without their labels.
    model : estimator, optional
        What learns from the vectors: any object with ``fit`` and ``predict``. A copy of it is
        fitted. Default: ``LinearSVC()``. `save` writes the estimators of `imgmine.classify`; of a
        ``GridSearchCV`` the best one.

    Attributes
    ----------
    recipe_ : Recipe
        The recipe, its codebooks included.
    model_ : estimator
        The fitted model.
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    failures_ : list of (str, str)
        Path (or "image 3") of, and reason for, each picture that the last `fit` or `evaluate`
        could not describe and left out.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> dark = rng.integers(0, 120, (20, 32, 32, 3), np.uint8)
    >>> light = rng.integers(100, 256, (20, 32, 32, 3), np.uint8)
    >>> images, labels = np.concatenate([dark, light]), ["dark"] * 20 + ["light"] * 20
    >>> classifier = im.ImageClassifier("histogram").fit(images[::2], labels[::2])
    >>> classifier.predict(images[[1, 39]])
    array(['dark', 'light'], dtype='<U5')
    >>> classifier.evaluate(images[1::2], labels[1::2]).accuracy
    1.0
    """

    recipe_: Recipe
    model_: Any
    classes_: Array
    failures_: list[tuple[str, str]]

    def __init__(self, recipe: Recipe | str = "color", model: Any = None) -> None:
        self.recipe = recipe
        self.model = model

    @classmethod
    def from_model(cls, recipe: Recipe | str, model: Any) -> ImageClassifier:
        """Return a classifier whose model has learned already, from vectors of `recipe`.

        Parameters
        ----------
        recipe : Recipe or str
        model : estimator
            Fitted, on the vectors of an `ImageIndex` for example; it is not copied.

        Returns
        -------
        ImageClassifier

        Raises
        ------
        NotFittedError
            If the model has learned nothing.
        ValueError
            If it has learned from vectors of another size.
        """
        if not hasattr(model, "classes_"):
            raise NotFittedError(f"this {type(model).__name__} is not fitted yet: call fit before")
        classifier = cls(recipe, model)
        classifier.recipe_, classifier.model_ = as_recipe(recipe), model
        n_features = getattr(model, "n_features_in_", classifier.recipe_.size)
        if n_features != classifier.recipe_.size:
            raise ValueError(
                f"model must have learned from vectors of size {classifier.recipe_.size} as "
                f"recipe makes them, got {n_features}"
            )
        classifier.classes_, classifier.failures_ = np.asarray(model.classes_), []
        return classifier

    def fit(
        self,
        images: str | os.PathLike[str] | Iterable[Any],
        labels: npt.ArrayLike | None = None,
        *,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> ImageClassifier:
        """Learn from pictures whose classes are known.

        Parameters
        ----------
        images : path, iterable of paths, bytes or images, or array of shape (n, H, W[, C])
            A folder has a folder for each class, whose name is the label; pictures may lie in
            folders below those, pictures that lie beside them are not used.
        labels : array_like of shape (n,)
            Needed unless `images` is a folder; str or int, of at least two classes.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        ImageClassifier
            The classifier.

        Raises
        ------
        ValueError
            If there are fewer than two classes, or no picture of one can be read.
        """
        recipe = as_recipe(self.recipe)
        samples = labeled_samples(images, labels)
        if len(samples.classes) < 2:
            raise ValueError(f"labels must have at least two classes, got {samples.classes}")
        recipe = learned(recipe, samples.sources, n_jobs)
        vectors, kept = self._describe(recipe, samples, n_jobs, progress)
        self._check_classes(samples, kept)
        model = LinearSVC() if self.model is None else copied(self.model)
        model.fit(vectors, samples.labels[kept])
        self.recipe_, self.model_ = recipe, model
        self.classes_ = np.unique(samples.labels)
        return self

    def predict(
        self, images: Any, *, n_jobs: int | None = None, progress: Progress = False
    ) -> Array:
        """Return the class of each picture.

        Parameters
        ----------
        images : path, iterable of paths, bytes or images, or array of shape (n, H, W[, C])
            A single path is one picture, or a folder of pictures, in the order of
            `io.find_images`.
        n_jobs : int, optional
            Threads; default: all the process may use.
        progress : bool or callable ``(done, total)``, default False

        Returns
        -------
        ndarray of shape (n,)

        Raises
        ------
        NotFittedError
            Before `fit`.
        DecodeError, OSError
            If a picture cannot be read.
        """
        vectors = self._transform(images, n_jobs, progress)
        return np.asarray(self.model_.predict(vectors))

    def decision_function(
        self, images: Any, *, n_jobs: int | None = None, progress: Progress = False
    ) -> Array:
        """Return how far each picture is on a class's side, as the model says it.

        Parameters
        ----------
        images, n_jobs, progress
            As for `predict`.

        Returns
        -------
        ndarray of shape (n,) for two classes, else (n, n_classes), float64
            For two classes positive values mean ``classes_[1]``.
        """
        vectors = self._transform(images, n_jobs, progress)
        return np.asarray(self.model_.decision_function(vectors))

    def predict_proba(
        self, images: Any, *, n_jobs: int | None = None, progress: Progress = False
    ) -> Array:
        """Return how probable each class is, if the model says it.

        Parameters
        ----------
        images, n_jobs, progress
            As for `predict`.

        Returns
        -------
        ndarray of shape (n, n_classes)

        Raises
        ------
        AttributeError
            If the model has no ``predict_proba``.
        """
        self._require_fitted("model_")
        ask = self.model_.predict_proba
        return np.asarray(ask(self._transform(images, n_jobs, progress)))

    def evaluate(
        self,
        images: str | os.PathLike[str] | Iterable[Any],
        labels: npt.ArrayLike | None = None,
        *,
        n_jobs: int | None = None,
        progress: Progress = False,
    ) -> Report:
        """Judge the classifier by pictures whose classes are known.

        Parameters
        ----------
        images, labels, n_jobs, progress
            As for `fit`. Pictures that cannot be read are left out and listed in `failures_`.

        Returns
        -------
        Report

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If no picture can be read, or a class is one that the classifier does not know.
        """
        self._require_fitted("model_")
        samples = labeled_samples(images, labels)
        vectors, kept = self._describe(self.recipe_, samples, n_jobs, progress)
        if not len(vectors):
            raise ValueError("images must hold a picture that can be read, got none")
        return Report(
            self.classes_,
            samples.labels[kept],
            np.asarray(self.model_.predict(vectors)),
            self._scores(vectors),
            [samples.sources[i] for i in kept],
        )

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
            If the model is none of `imgmine.classify`: what other libraries' estimators have
            learned could only be pickled, and a pickle is no file format. Or if labels are
            neither str nor int.
        """
        self._require_fitted("model_")
        _classifier_file.write(path, self.recipe_, self.model_)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> ImageClassifier:
        """Read a classifier that `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        ImageClassifier

        Raises
        ------
        FormatError
            If the file is damaged, or anything else.
        OSError
            If it cannot be read.
        """
        return cls.from_model(*_classifier_file.read(path))

    def _transform(self, images: Any, n_jobs: int | None, progress: Progress) -> Array:
        self._require_fitted("model_")
        return self.recipe_.transform(batch(images), n_jobs, progress)

    def _describe(
        self, recipe: Recipe, samples: Samples, n_jobs: int | None, progress: Progress
    ) -> tuple[Array, list[int]]:
        """Vectors of the samples that can be read, and which these are."""
        self.failures_ = []
        vectors = np.empty((len(samples.sources), recipe.size), np.float32)
        kept: list[int] = []
        report = reporter(progress)
        for i, result in enumerate(recipe.iterate(samples.sources, n_jobs)):
            if not isinstance(result, Exception):
                vectors[len(kept)] = result
                kept.append(i)
            elif isinstance(result, (ValueError, OSError, MemoryError)):
                self.failures_.append((samples.name(i), reason(result, samples.name(i))))
            else:
                raise result
            report(i + 1, len(samples.sources))
        return vectors[: len(kept)], kept

    def _check_classes(self, samples: Samples, kept: list[int]) -> None:
        lost = set(samples.classes) - set(samples.labels[kept].tolist())
        if lost:
            raise ValueError(
                f"images must hold a readable picture of every class, got none of "
                f"{sorted(lost)}; {len(self.failures_)} could not be read"
            )

    def _scores(self, vectors: Array) -> Array | None:
        """How sure the model is of each class, of shape (n, n_classes), if it says so."""
        scores = class_scores(self.model_, vectors)
        fits = scores is not None and scores.shape == (len(vectors), len(self.classes_))
        return scores if fits else None

"""What every estimator of the library shares: scikit-learn's contract, without scikit-learn."""

from __future__ import annotations

import inspect
import sys
import warnings
from typing import Any, ClassVar, TypeVar

import numpy as np
import numpy.typing as npt

from ._errors import DataConversionWarning, NotFittedError
from ._feature_names import feature_names, require_same_names
from ._samples import as_samples
from ._validate import Array, as_numbers, to_array
from .metrics import accuracy_score

Self = TypeVar("Self", bound="Estimator")


class Estimator:
    """Parameters in, parameters out; ``__init__`` only stores them.

    `fit` begins with `_samples_to_fit`, whatever comes after it with `_samples_like_fitted`.
    """

    feature_names_in_: Array
    n_features_in_: int

    _kind: ClassVar[str | None] = None  # or "classifier", "clusterer", "density_estimator"
    _takes_sparse: ClassVar[bool] = False
    _positive_only: ClassVar[bool] = False
    _scores_poorly: ClassVar[bool] = False  # on data that are not what the model is for
    _preserved_dtypes: ClassVar[tuple[str, ...]] = ("float32",)  # by transform

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Return the constructor's parameters by name."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self: Self, **params: Any) -> Self:
        """Set parameters by name and return the estimator."""
        known = self._parameter_names()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"{name!r} is no parameter of {type(self).__name__}, which has "
                    f"{', '.join(known)}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if not _is_default(value, defaults[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        """Say what the estimator is, where scikit-learn asks; only then is it there."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags, TransformerTags

        transforms, classifies = hasattr(self, "transform"), self._kind == "classifier"
        return Tags(
            estimator_type=self._kind,
            target_tags=TargetTags(required=classifies),
            transformer_tags=TransformerTags(list(self._preserved_dtypes)) if transforms else None,
            classifier_tags=ClassifierTags(self._scores_poorly) if classifies else None,
            input_tags=InputTags(sparse=self._takes_sparse, positive_only=self._positive_only),
        )

    def _require_fitted(self, attribute: str) -> None:
        if not hasattr(self, attribute):
            raise also_scikit_learns(NotFittedError)(
                f"this {type(self).__name__} is not fitted yet: call fit before this"
            )

    def _samples_to_fit(self, X: Any, least: int = 1, *, finite: bool = True) -> Array:
        """Return X as `as_samples` does, of at least `least` rows, and remember its features.

        Without `finite` the caller calls `require_finite` where its results are not.
        """
        names = feature_names(X)
        samples = as_samples(X, finite=finite)
        self._remember_features(names, samples.shape, least)
        return samples

    def _samples_like_fitted(self, X: Any, *, finite: bool = True) -> Array:
        """Return X as `as_samples` does if its features are those of `_samples_to_fit`."""
        self._require_names(X)
        samples = as_samples(X, finite=finite)
        self._require_features(samples.shape[1])
        return samples

    def _remember_features(
        self, names: Array | None, shape: tuple[int, ...], least: int = 1
    ) -> None:
        if shape[0] < least:
            raise ValueError(
                f"X has {shape[0]} sample(s) (shape={shape}) while a minimum of {least} is required"
            )
        if shape[1] < 1:
            raise ValueError(
                f"X has 0 feature(s) (shape={shape}) while a minimum of 1 is required."
            )
        self.n_features_in_ = shape[1]
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _require_names(self, X: Any) -> None:
        fitted = getattr(self, "feature_names_in_", None)
        require_same_names(fitted, feature_names(X), type(self).__name__)

    def _require_features(self, n_features: int) -> None:
        if n_features != self.n_features_in_:
            raise ValueError(
                f"X has {n_features} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input"
            )


class Classifier(Estimator):
    """An estimator that predicts labels, of which `classes_` are those that there are."""

    classes_: Array

    _kind = "classifier"

    def predict(self, X: Any) -> Array:
        raise NotImplementedError

    def score(
        self, X: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> float:
        """Return the share of samples whose label is predicted.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
        y : array_like of shape (n_samples,)
        sample_weight : array_like of shape (n_samples,), optional
            How much each sample counts, >= 0.

        Returns
        -------
        float
            From 0 to 1.
        """
        return accuracy_score(y, self.predict(X), sample_weight=sample_weight)


def also_scikit_learns(ours: type[Any]) -> type[Any]:
    """Return an exception or warning that also is scikit-learn's of that name, if it is loaded.

    So its callers may catch their own.
    """
    theirs = getattr(sys.modules.get("sklearn.exceptions"), ours.__name__, None)
    if theirs is None:
        return ours
    # Pickled, for another process, as ours.
    members = {
        "__module__": ours.__module__,
        "__doc__": ours.__doc__,
        "__reduce__": lambda self: (ours, self.args),
    }
    return type(ours.__name__, (ours, theirs), members)


def _is_default(value: Any, default: Any) -> bool:
    if value is default:
        return True
    return type(value) is type(default) and bool(np.all(value == default))


def as_labels(y: Any, n_samples: int) -> Array:
    """Return y as an array of shape (n,) of sortable labels."""
    if y is None:
        raise ValueError("fit requires y to be passed, but the target y is None")
    labels = to_array(y, "y")
    if labels.ndim == 2 and labels.shape[1] == 1:
        warnings.warn(
            "A column-vector y was passed when a 1d array was expected: "
            f"y must have shape ({n_samples},), got {labels.shape}",
            also_scikit_learns(DataConversionWarning),
            stacklevel=3,
        )
        labels = labels[:, 0]
    if labels.ndim != 1 or len(labels) != n_samples:
        raise ValueError(f"y must have shape ({n_samples},) as X has rows, got {labels.shape}")
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("y must be finite, got NaN or infinity")
    if labels.dtype.kind == "f" and (labels % 1).any():
        raise ValueError(
            f"y must hold labels, got continuous values like {labels[labels % 1 > 0][0]}"
        )
    return labels


def as_codes(labels: Array, least: int = 2) -> tuple[Array, Array]:
    """Return the labels that there are, sorted, and the number of each sample's label in them."""
    try:
        classes, codes = np.unique(labels, return_inverse=True)
    except TypeError as error:
        raise TypeError(f"y must hold labels that can be sorted: {error}") from error
    if len(classes) < least:
        alone = ", which is one class only" if len(classes) else ""
        raise ValueError(f"y must have at least two classes, got {classes.tolist()}{alone}")
    return classes, codes.astype(np.int32)


def as_weights(sample_weight: npt.ArrayLike | None, n_samples: int) -> Array | None:
    """Return weights of samples as a float64 array of shape (n,); None where all are 1."""
    if sample_weight is None:
        return None
    weights = np.ascontiguousarray(as_numbers(sample_weight, "sample_weight"), np.float64)
    if weights.shape != (n_samples,):
        raise ValueError(f"sample_weight must have shape ({n_samples},), got {weights.shape}")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError("sample_weight must be finite and not negative")
    if n_samples and not weights.any():
        raise ValueError("sample_weight must not be zero everywhere")
    return weights

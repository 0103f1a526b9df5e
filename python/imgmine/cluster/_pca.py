from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._estimator import Estimator
from .._validate import Array, as_int
from ._vectors import as_float32

if TYPE_CHECKING:
    import numpy.typing as npt


class PCA(Estimator):
    """Principal components: the directions in which vectors vary most.

    Eigenvectors of the covariance matrix, which is summed in float64 and in a fixed order, by
    Jacobi's rotations: the same bits with any number of threads, on every CPU. For up to some
    hundreds of features.

    Parameters
    ----------
    n_components : int, optional
        Directions to keep, 1 to the number of features; default: all.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,), float32
    components_ : ndarray of shape (n_components, n_features), float32
        Of length 1 and at right angles, the most variable first. The largest value of each is
        positive (scikit-learn decides otherwise, so that signs may differ).
    explained_variance_ : ndarray of shape (n_components,), float64
        Along each component, of n_samples - 1 degrees of freedom.
    explained_variance_ratio_ : ndarray of shape (n_components,), float64
        The same as shares of the variance along all directions.
    n_features_in_ : int

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.array([[0, 0], [2, 2], [4, 4]], np.float32)
    >>> im.cluster.PCA(1).fit(X).transform(X).round(2).ravel()
    array([-2.83,  0.  ,  2.83], dtype=float32)
    """

    mean_: Array
    components_: Array
    explained_variance_: Array
    explained_variance_ratio_: Array

    def __init__(self, n_components: int | None = None) -> None:
        self.n_components = n_components

    def fit(self, X: npt.ArrayLike, y: object = None) -> PCA:  # noqa: ARG002
        """Find the components.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite; other numbers than float32 are converted to it.
        y : ignored

        Returns
        -------
        PCA
            The estimator.

        Raises
        ------
        ValueError
            If X has another shape or is not finite, or `n_components` is out of range.
        """
        samples = as_float32(self._samples_to_fit(X))
        count = self.n_components
        count = samples.shape[1] if count is None else as_int(count, "n_components")
        self.mean_, self.components_, self.explained_variance_, total = _core.cluster.fit_pca(
            samples, count
        )
        self.explained_variance_ratio_ = (
            self.explained_variance_ / total if total > 0 else np.zeros(count)
        )
        return self

    def transform(self, X: npt.ArrayLike) -> Array:
        """Return the vectors' coordinates along the components.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_components), float32

        Raises
        ------
        NotFittedError
            If there are no components yet.
        ValueError
            If X has another number of features or is not finite.
        """
        self._require_fitted("components_")
        return _core.cluster.project(
            as_float32(self._samples_like_fitted(X)), self.mean_, self.components_
        )

    def fit_transform(self, X: npt.ArrayLike, y: object = None) -> Array:  # noqa: ARG002
        """Find the components and return the samples' coordinates along them."""
        return self.fit(X).transform(X)

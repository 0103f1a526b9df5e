from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from .. import _core
from .._errors import ConvergenceWarning
from .._estimator import Estimator, also_scikit_learns
from .._samples import as_seed
from .._validate import Array, as_float, as_int
from ._vectors import as_float32

if TYPE_CHECKING:
    import numpy.typing as npt


class GaussianMixture(Estimator):
    """A mixture of normal distributions with diagonal covariances, by expectation maximization.

    It begins with the clusters of k-means. Densities are float32 sums of squares, taken value by
    value; posteriors below 1e-4 are left out of the sums, which are float64 and in a fixed order:
    the same mixture with any number of threads, on every CPU.

    Parameters
    ----------
    n_components : int, default 1
        1 to the number of samples.
    max_iter : int, default 100
        Iterations at most, > 0.
    tol : float, default 1e-3
        It ends where an iteration gains less log-likelihood per sample.
    variance_floor : float, default 1e-3
        No variance gets below this share of its feature's variance over all samples, > 0.
    random_state : int, optional
        Seed of k-means, >= 0; None is 0.

    Attributes
    ----------
    weights_ : ndarray of shape (n_components,), float64
    means_ : ndarray of shape (n_components, n_features), float64
    covariances_ : ndarray of shape (n_components, n_features), float64
        Variances, as of scikit-learn's ``covariance_type="diag"``.
    lower_bound_ : float
        Log-likelihood per sample of the mixture before the last step.
    n_iter_ : int
    converged_ : bool
    n_features_in_ : int

    Notes
    -----
    scikit-learn adds ``reg_covar`` to every variance where this has a floor.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> X = np.random.default_rng(0).normal([[1], [9]], 1, (2, 500)).reshape(-1, 1)
    >>> model = im.cluster.GaussianMixture(2).fit(X)
    >>> sorted(model.means_.round().ravel().tolist())
    [1.0, 9.0]
    """

    weights_: Array
    means_: Array
    covariances_: Array
    lower_bound_: float
    n_iter_: int
    converged_: bool

    _kind = "density_estimator"

    def __init__(
        self,
        n_components: int = 1,
        *,
        max_iter: int = 100,
        tol: float = 1e-3,
        variance_floor: float = 1e-3,
        random_state: int | None = None,
    ) -> None:
        self.n_components = n_components
        self.max_iter = max_iter
        self.tol = tol
        self.variance_floor = variance_floor
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> GaussianMixture:  # noqa: ARG002
        """Fit the mixture.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)
            Finite; other numbers than float32 are converted to it.
        y : ignored

        Returns
        -------
        GaussianMixture
            The estimator.

        Raises
        ------
        ValueError
            If X has another shape, fewer samples than components or values that are not finite,
            or a parameter is out of range.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` iterations were not enough.
        """
        samples = as_float32(self._samples_to_fit(X))
        (
            self.weights_,
            self.means_,
            self.covariances_,
            self.lower_bound_,
            self.n_iter_,
            self.converged_,
        ) = _core.cluster.fit_gaussian_mixture(
            samples,
            as_int(self.n_components, "n_components"),
            as_int(self.max_iter, "max_iter"),
            as_float(self.tol, "tol"),
            as_float(self.variance_floor, "variance_floor"),
            as_seed(self.random_state),
        )
        if not self.converged_:
            warnings.warn(
                f"the mixture was still changing after {self.n_iter_} iterations: raise max_iter "
                "or tol",
                also_scikit_learns(ConvergenceWarning),
                stacklevel=2,
            )
        return self

    def predict_proba(self, X: npt.ArrayLike) -> Array:
        """Return how likely each vector is to belong to each component.

        Parameters
        ----------
        X : array_like of shape (n_samples, n_features)

        Returns
        -------
        ndarray of shape (n_samples, n_components), float32

        Raises
        ------
        NotFittedError
            If there is no mixture yet.
        ValueError
            If X has another number of features or is not finite.
        """
        self._require_fitted("means_")
        return _core.cluster.posteriors(
            as_float32(self._samples_like_fitted(X)), self.weights_, self.means_, self.covariances_
        )

    def predict(self, X: npt.ArrayLike) -> Array:
        """Return the component that each vector most likely belongs to, (n_samples,), int64."""
        components: Array = self.predict_proba(X).argmax(axis=1)
        return components

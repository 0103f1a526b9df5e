from typing import Any, TypeAlias

import numpy.typing as npt

_Array: TypeAlias = npt.NDArray[Any]

def fit_kmeans(
    x: _Array,
    options: dict[Any, Any],
    weights: _Array | None,
    centers: _Array | None,
    batches: bool,
) -> tuple[_Array, _Array, float, int, _Array]: ...
def kmeans_labels(
    x: _Array,
    centers: _Array,
    options: dict[Any, Any],
    weights: _Array | None,
    with_inertia: bool,
) -> tuple[_Array, float]: ...
def kmeans_distances(x: _Array, centers: _Array, spherical: bool) -> _Array: ...
def kmeans_seeds(x: _Array, options: dict[Any, Any], weights: _Array | None) -> _Array: ...
def kmeans_batch(
    x: _Array,
    centers: _Array,
    counts: _Array,
    options: dict[Any, Any],
    weights: _Array | None,
) -> tuple[_Array, _Array]: ...
def nearest_centers(x: _Array, centers: _Array) -> tuple[_Array, _Array]: ...
def sample_below(n: int, count: int, seed: int) -> _Array: ...
def fit_pca(x: _Array, n_components: int) -> tuple[_Array, _Array, _Array, float]: ...
def project(x: _Array, mean: _Array, components: _Array) -> _Array: ...
def fit_gaussian_mixture(
    x: _Array, k: int, max_iter: int, tol: float, variance_floor: float, seed: int
) -> tuple[_Array, _Array, _Array, float, int, bool]: ...
def posteriors(x: _Array, weights: _Array, means: _Array, variances: _Array) -> _Array: ...

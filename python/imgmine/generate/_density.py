"""How codes are distributed, so that new ones can be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import _core

if TYPE_CHECKING:
    from .._validate import Array

MOST_COMPONENTS = 128
_PER_COMPONENT = 32  # codes
_ITERATIONS, _TOL, _FLOOR = 30, 1e-3, 1e-3


class Density(NamedTuple):
    """A mixture of normal distributions with diagonal covariances, of k components; float32."""

    weights: Array  # (k,)
    means: Array  # (k, code_size)
    deviations: Array  # (k, code_size)


def density_of(codes: Array, seed: int) -> Density:
    """Return a mixture like the codes, with a component for each 32 of them, at most 128."""
    k = min(MOST_COMPONENTS, 1 + len(codes) // _PER_COMPONENT, len(codes))
    weights, means, variances = _core.cluster.fit_gaussian_mixture(
        codes, k, _ITERATIONS, _TOL, _FLOOR, seed
    )[:3]
    return Density(*(x.astype(np.float32) for x in (weights, means, np.sqrt(variances))))


def drawn(density: Density, n: int, rng: np.random.Generator) -> Array:
    """Return n codes, float32."""
    chosen = chosen_by(density.weights, n, rng)
    noise = normal((n, density.means.shape[1]), rng)
    codes: Array = density.means[chosen] + density.deviations[chosen] * noise
    return codes


def chosen_by(weights: Array, n: int, rng: np.random.Generator) -> Array:
    """Return n numbers of weights, each as often as it weighs."""
    ends = np.cumsum(weights, dtype=np.float64)
    found: Array = np.searchsorted(ends, rng.random(n) * ends[-1], side="right")
    return np.minimum(found, len(ends) - 1)


def normal(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Return numbers of the standard normal distribution, the same bits on every machine."""
    seed = int(rng.integers(1 << 63))
    return _core.generate.standard_normal(seed, shape[0] * shape[1]).reshape(shape)

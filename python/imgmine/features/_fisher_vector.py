from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .._validate import Array, as_vector
from ._aggregated import AggregatedDescriptor, as_local, as_parameters, as_power, is_unit

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._codebook import Codebook


def check_mixture(weights: Array, variances: Array) -> None:
    """Raise ValueError unless these can be a mixture's."""
    if not ((weights > 0).all() and abs(weights.sum() - 1) < 1e-3):
        raise ValueError("weights must be positive and sum to 1")
    if not (variances >= 1e-30).all():
        raise ValueError("variances must be positive, at least 1e-30")


def fisher_vector(
    descriptors: npt.ArrayLike,
    weights: npt.ArrayLike,
    means: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    power: float = 0.5,
    normalize: str | None = "l2",
) -> Array:
    """Say how local descriptors would have changed the mixture of normal distributions they meet.

    Parameters
    ----------
    descriptors : array_like of shape (n, size), float32 or uint8
        Of one image.
    weights : array_like of shape (k,)
        Of the components, positive, of sum 1.
    means : array_like of shape (k, size)
    variances : array_like of shape (k, size)
        Positive. All three as `imgmine.cluster.GaussianMixture` finds them.
    power : {0.5, 1}, default 0.5
        Square roots that keep the sign, or the gradients as they are.
    normalize : {"l2", None}, default "l2"
        Scale the vector to length 1, in the end.

    Returns
    -------
    ndarray of shape (2 * k * size,), float32
        Gradients by the means, component after component, then those by the deviations. The same
        bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `descriptors` has another dtype.
    ValueError
        If sizes differ, a value is not finite or out of range, or an option is none of these.

    Notes
    -----
    The mixture is taken in float32, posteriors below 1e-4 for nothing.
    ``skimage.feature.fisher_vector`` has the k gradients by the weights besides, in front, and
    those by the deviations with the opposite sign.

    References
    ----------
    F. Perronnin, J. Sánchez, T. Mensink, "Improving the Fisher kernel for large-scale image
    classification", ECCV 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> local = np.array([[1], [3]], np.float32)
    >>> im.features.fisher_vector(local, [1], [[0]], [[4]], power=1, normalize=None).round(3)
    array([1.   , 0.177], dtype=float32)
    """
    centers = as_parameters(np.asarray(means, np.float32), "means")
    spreads = as_parameters(np.asarray(variances, np.float32), "variances")
    shares = as_vector(np.asarray(weights, np.float32), "weights")[0]
    if spreads.shape != centers.shape or shares.shape != centers.shape[:1]:
        raise ValueError(
            "weights, means and variances must have shapes (k,), (k, size) and (k, size), got "
            f"{shares.shape}, {centers.shape} and {spreads.shape}"
        )
    check_mixture(shares, spreads)
    return _core.features.fisher_vector(
        as_local(descriptors, centers.shape[1]),
        shares.astype(np.float64),
        centers.astype(np.float64),
        spreads.astype(np.float64),
        as_power(power),
        is_unit(normalize),
    )


@dataclass(frozen=True)
class FisherVector(AggregatedDescriptor):
    """Descriptor: how an image's places would have changed a model of typical ones.

    Dense SIFT, encoded by `fisher_vector` with a mixture of k normal distributions fitted to
    samples of images. `fitted` images come first. The strongest descriptor of objects here, and
    the longest vector.

    Parameters
    ----------
    k : int
        Components, 1 to 65536; 16 to 256.
    step, sizes, root, contrast
        Of the local descriptors, as of `dense_sift`; by default (6, 10, 16, 24) pixels on a grid
        of 6, as square roots, of contrast 3. Those without contrast are left out.
    max_side : int, default 480
        Larger images are shrunk until their longer side has so many pixels.
    components : int or None, default 64
        Principal components of a local descriptor that are kept; None: all 128 values.
    spatial : float, default 1.0
        Where a place lies, from -0.5 to 0.5 either way, times this is appended to its local
        descriptor; 0: it is not.
    seed : int, default 0
        Of what is learned. The same bits for a seed with any number of threads, on every CPU.
    codebook : Codebook, optional
        What `fitted` has learned.
    power : {0.5, 1}, default 0.5
    normalize : {"l2", None}, default "l2"
        As of `fisher_vector`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> images = np.random.default_rng(0).integers(0, 256, (4, 48, 48), np.uint8)
    >>> descriptor = im.features.FisherVector(2, components=16, spatial=0).fitted(images)
    >>> descriptor(images[0]).shape
    (64,)
    """

    power: float = 0.5
    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "power", as_power(self.power))
        is_unit(self.normalize)
        if self.codebook is not None:
            check_mixture(self.codebook["weights"], self.codebook["variances"])

    def size(self, channels: int) -> int:  # noqa: ARG002 - of gray images
        return 2 * self.k * self.local_size

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        each = (self.k, self.local_size)
        return {"weights": (self.k,), "means": each, "variances": each}

    def _learn(self, local: Array) -> dict[str, Array]:
        weights, means, variances, *_ = _core.cluster.fit_gaussian_mixture(
            local, self.k, 50, 1e-3 * self.local_size, 1e-3, self.seed
        )
        return {"weights": weights, "means": means, "variances": variances}

    def _encode(self, local: Array, codebook: Codebook) -> Array:
        return _core.features.fisher_vector(
            local,
            codebook["weights"].astype(np.float64),
            codebook["means"].astype(np.float64),
            codebook["variances"].astype(np.float64),
            self.power,
            is_unit(self.normalize),
        )

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool
from ._aggregated import AggregatedDescriptor, as_local, as_parameters, as_power, is_unit

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._codebook import Codebook


def vlad(
    descriptors: npt.ArrayLike,
    centers: npt.ArrayLike,
    *,
    intra: bool = True,
    power: float = 0.5,
    normalize: str | None = "l2",
) -> Array:
    """Sum by center how local descriptors differ from the center nearest to them.

    Parameters
    ----------
    descriptors : array_like of shape (n, size), float32 or uint8
        Of one image. Of equally near centers the first counts.
    centers : array_like of shape (k, size), float32
        As `imgmine.cluster.KMeans` finds them.
    intra : bool, default True
        Scale each center's part to length 1 (after `power`).
    power : {0.5, 1}, default 0.5
        Square roots that keep the sign, or the sums as they are.
    normalize : {"l2", None}, default "l2"
        Scale the vector to length 1, in the end.

    Returns
    -------
    ndarray of shape (k * size,), float32
        One center after the other. The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If an array has another dtype.
    ValueError
        If sizes differ, a value is not finite, or an option is none of these.

    References
    ----------
    H. Jégou, M. Douze, C. Schmid, P. Pérez, "Aggregating local descriptors into a compact image
    representation", CVPR 2010. R. Arandjelović, A. Zisserman, "All about VLAD", CVPR 2013 (intra).

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> centers = np.array([[0, 0], [9, 9]], np.float32)
    >>> local = np.array([[1, 0], [8, 8], [9, 8]], np.float32)
    >>> im.features.vlad(local, centers, intra=False, power=1, normalize=None)
    array([ 1.,  0., -1., -2.], dtype=float32)
    """
    words = as_parameters(centers, "centers")
    return _core.features.vlad(
        as_local(descriptors, words.shape[1]),
        words,
        as_bool(intra, "intra"),
        as_power(power),
        is_unit(normalize),
    )


@dataclass(frozen=True)
class VLAD(AggregatedDescriptor):
    """Descriptor: how the places of an image differ from k typical ones.

    Dense SIFT, encoded by `vlad` with k centers that k-means has found in samples of images.
    `fitted` images come first.

    Parameters
    ----------
    k : int
        Centers, 1 to 65536; 16 to 256.
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
    intra : bool, default True
    power : {0.5, 1}, default 0.5
    normalize : {"l2", None}, default "l2"
        As of `vlad`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> images = np.random.default_rng(0).integers(0, 256, (4, 48, 48), np.uint8)
    >>> descriptor = im.features.VLAD(2, components=16, spatial=0).fitted(images)
    >>> descriptor(images[0]).shape
    (32,)
    """

    intra: bool = True
    power: float = 0.5
    normalize: str | None = "l2"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "intra", as_bool(self.intra, "intra"))
        object.__setattr__(self, "power", as_power(self.power))
        is_unit(self.normalize)

    def size(self, channels: int) -> int:  # noqa: ARG002 - of gray images
        return self.k * self.local_size

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"centers": (self.k, self.local_size)}

    def _learn(self, local: Array) -> dict[str, Array]:
        return self._learn_centers(local)

    def _encode(self, local: Array, codebook: Codebook) -> Array:
        return _core.features.vlad(
            local, codebook["centers"], self.intra, self.power, is_unit(self.normalize)
        )

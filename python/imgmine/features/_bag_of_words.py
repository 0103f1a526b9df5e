from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from ._aggregated import AggregatedDescriptor, as_local, as_parameters
from ._histogram import normalization

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array
    from ._codebook import Codebook


def bag_of_words(
    descriptors: npt.ArrayLike, centers: npt.ArrayLike, *, normalize: str | None = "hellinger"
) -> Array:
    """Count how many local descriptors are nearest to each of some centers, the visual words.

    Parameters
    ----------
    descriptors : array_like of shape (n, size), float32 or uint8
        Of one image. Of equally near centers the first counts.
    centers : array_like of shape (k, size), float32
        As `imgmine.cluster.KMeans` finds them.
    normalize : {"l2", "l1", "hellinger", None}, default "hellinger"
        As in `histogram`.

    Returns
    -------
    ndarray of shape (k,), float32
        The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If an array has another dtype.
    ValueError
        If sizes differ, a value is not finite, or `normalize` is none of these.

    References
    ----------
    J. Sivic, A. Zisserman, "Video Google: a text retrieval approach to object matching in videos",
    ICCV 2003.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> centers = np.array([[0, 0], [9, 9]], np.float32)
    >>> local = np.array([[1, 0], [8, 8], [9, 8]], np.float32)
    >>> im.features.bag_of_words(local, centers, normalize=None)
    array([1., 2.], dtype=float32)
    """
    words = as_parameters(centers, "centers")
    return _core.features.bag_of_words(
        as_local(descriptors, words.shape[1]), words, normalization(normalize)
    )


@dataclass(frozen=True)
class BagOfWords(AggregatedDescriptor):
    """Descriptor: how many places of an image look like each of k typical ones.

    Dense SIFT, counted by the nearest of k centers that k-means has found in samples of images.
    `fitted` images come first.

    Parameters
    ----------
    k : int
        Words, 1 to 65536; hundreds to thousands.
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
    normalize : {"l2", "l1", "hellinger", None}, default "hellinger"
        As in `histogram`.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> images = np.random.default_rng(0).integers(0, 256, (4, 48, 48), np.uint8)
    >>> descriptor = im.features.BagOfWords(8).fitted(images)
    >>> descriptor(images[0]).shape
    (8,)
    """

    normalize: str | None = "hellinger"

    def __post_init__(self) -> None:
        super().__post_init__()
        empty = np.empty((0, 1), np.float32)  # the core knows which normalizations there are
        _core.features.bag_of_words(empty, empty, normalization(self.normalize))

    def size(self, channels: int) -> int:  # noqa: ARG002 - of gray images
        return self.k

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"centers": (self.k, self.local_size)}

    def _learn(self, local: Array) -> dict[str, Array]:
        return self._learn_centers(local)

    def _encode(self, local: Array, codebook: Codebook) -> Array:
        return _core.features.bag_of_words(
            local, codebook["centers"], normalization(self.normalize)
        )

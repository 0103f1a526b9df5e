from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._validate import Array, as_name
from ._descriptor import as_gray
from ._homography import find_homography
from ._match import match
from ._orb import orb
from ._sift import sift

if TYPE_CHECKING:
    import numpy.typing as npt

    from ._keypoints import Keypoints


@dataclass(frozen=True, eq=False)
class Verification:
    """What `verify` found.

    Attributes
    ----------
    n_inliers : int
        Matches that agree on one homography: how much of one picture is in the other.
    same : bool
        Whether that is more than chance has it: above 8 + 0.3 times the number of matches (Brown
        and Lowe 2007).
    homography : ndarray of shape (3, 3), float64, or None
        Takes places in the first picture to places in the second.
    pairs : ndarray of shape (k, 2), int64
        The matches: which keypoint of the first picture, which of the second.
    inliers : ndarray of shape (k,), bool
        Which matches agree with the homography.
    keypoints : (Keypoints, Keypoints)
        Of both pictures.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> noise = np.random.default_rng(0).integers(0, 256, (99, 99), np.uint8)
    >>> image = im.filters.gaussian_blur(noise, 2)
    >>> found = im.features.verify(image, image)
    >>> found.same, found.n_inliers == len(found.pairs)
    (True, True)
    """

    homography: Array | None
    pairs: Array
    inliers: Array
    keypoints: tuple[Keypoints, Keypoints]

    @property
    def n_inliers(self) -> int:
        """Number of matches that agree on the homography."""
        return int(np.count_nonzero(self.inliers))

    @property
    def same(self) -> bool:
        """Whether more matches agree than chance has it."""
        return self.n_inliers > 8 + 0.3 * len(self.pairs)

    def __repr__(self) -> str:
        return f"<Verification: {self.n_inliers} of {len(self.pairs)} matches agree>"


def verify(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    method: str = "sift",
    n: int = 1000,
    ratio: float = 0.8,
    threshold: float = 5.0,
    rng: int = 0,
) -> Verification:
    """Tell whether two pictures show the same object: match keypoints, agree on a homography.

    For the few candidates that a search by global descriptors or fingerprints has found: cropped,
    turned, scaled and partly covered copies are recognized, and so are flat objects, or flat parts
    of objects, in other photographs.

    Parameters
    ----------
    a, b : array_like of shape (H, W) or (H, W, 3), uint8
        Colors count as their luma.
    method : {"sift", "orb"}, default "sift"
        "sift" (as RootSIFT) withstands more; "orb" takes a fraction of the time.
    n : int, default 1000
        Keypoints of each picture at most, the strongest ones.
    ratio : float, default 0.8
        Of `match`, which also has to agree in both directions.
    threshold : float, default 5
        Of `find_homography`, in pixels of `b`.
    rng : int, default 0
        Of `find_homography`.

    Returns
    -------
    Verification
        With `n_inliers`, `same`, `homography` and all that led to them; see `plot_matches`.

    Raises
    ------
    TypeError
        If a picture is not uint8.
    ValueError
        If a picture has another shape, or an option is out of range.

    References
    ----------
    M. Brown, D. Lowe, "Automatic panoramic image stitching using invariant features",
    International Journal of Computer Vision 74, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> noise = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    >>> image = im.filters.gaussian_blur(noise, 2)
    >>> im.features.verify(image, im.geometry.rotate(image, 30)).same
    True
    >>> im.features.verify(image, im.filters.gaussian_blur(noise[::-1].T.copy(), 2)[::-1]).same
    False
    """
    if as_name(method, "method") not in ("sift", "orb"):
        raise ValueError(f"method must be 'sift' or 'orb', got {method!r}")

    def describe(image: npt.ArrayLike) -> tuple[Keypoints, Array]:
        gray = as_gray(image)
        return sift(gray, n, root=True) if method == "sift" else orb(gray, n)

    (points_a, rows_a), (points_b, rows_b) = describe(a), describe(b)
    pairs, _ = match(rows_a, rows_b, ratio=ratio, cross_check=True)
    homography, inliers = find_homography(
        points_a.xy[pairs[:, 0]], points_b.xy[pairs[:, 1]], threshold=threshold, rng=rng
    )
    return Verification(homography, pairs, inliers, (points_a, points_b))

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import Array, as_bool, as_float, as_gray_image, as_int
from ._keypoints import Keypoints
from ._masks import as_mask_of

if TYPE_CHECKING:
    import numpy.typing as npt


def sift(
    image: npt.ArrayLike,
    n: int | None = None,
    *,
    layers: int = 3,
    contrast: float = 0.04,
    edge: float = 10.0,
    sigma: float = 1.6,
    upsample: bool = True,
    root: bool = False,
    mask: npt.ArrayLike | None = None,
) -> tuple[Keypoints, Array]:
    """Find blobs of any size and describe their surroundings by 4 x 4 histograms of gradients.

    The same blobs are found, and described alike, whatever the picture's size and direction, and
    with moderate changes of view and light.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    n : int, optional
        Number of keypoints at most, the strongest ones; all by default.
    layers : int, default 3
        Scales an octave at which blobs are found, 1 to 8.
    contrast : float, default 0.04
        Fainter blobs are left out, 0 to 1.
    edge : float, default 10
        So are those whose curvatures along and across differ by a larger ratio, at least 1.
    sigma : float, default 1.6
        Blur of the first scale, in pixels, 0.5 to 10.
    upsample : bool, default True
        Begin with the image at twice its size: some four times as many keypoints, the additional
        ones small, for four times the time and memory (128 bytes a pixel of the image).
    root : bool, default False
        RootSIFT: square roots of shares of the sum, so that Euclidean distances are Hellinger
        distances. Better in most searches.
    mask : array_like of shape (H, W), bool, optional
        Where keypoints may lie; their surroundings count everywhere.

    Returns
    -------
    keypoints : Keypoints
        Strongest first. One blob with several directions is several keypoints. The octave of the
        image at twice its size is -1.
    descriptors : ndarray of shape (len(keypoints), 128), uint8
        To be compared with Euclidean distance; 512 is length 1 (of the squares, or, with `root`,
        of the values' sum). The same bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is not uint8 or `mask` not bool.
    ValueError
        If `image` or `mask` has another shape, or an option is out of range.

    Notes
    -----
    All but a few keypoints in a thousand are those of OpenCV's ``SIFT_create`` with
    ``enable_precise_upscale=True``, in other order; descriptors differ by a level here and there.
    Without that option OpenCV's places are 0.25 pixels off.

    References
    ----------
    D. Lowe, "Distinctive image features from scale-invariant keypoints", International Journal of
    Computer Vision 60, 2004. R. Arandjelovic, A. Zisserman, "Three things everyone should know to
    improve object retrieval", CVPR 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> noise = np.random.default_rng(0).integers(0, 256, (100, 100), np.uint8)
    >>> image = im.filters.gaussian_blur(noise, 2)
    >>> keypoints, descriptors = im.features.sift(image, n=20)
    >>> len(keypoints), descriptors.shape
    (20, (20, 128))
    """
    array = as_gray_image(image)
    columns, descriptors = _core.features.sift(
        array,
        None if n is None else as_int(n, "n"),
        as_int(layers, "layers"),
        as_float(contrast, "contrast"),
        as_float(edge, "edge"),
        as_float(sigma, "sigma"),
        as_bool(upsample, "upsample"),
        as_bool(root, "root"),
        as_mask_of(mask, array),
    )
    return Keypoints(*columns), descriptors

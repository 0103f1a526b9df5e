from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _core
from .._validate import as_float, as_int
from ._mse import as_pair

if TYPE_CHECKING:
    import numpy.typing as npt


def ssim(
    image: npt.ArrayLike,
    reference: npt.ArrayLike,
    *,
    data_range: float = 255.0,
    ksize: int = 11,
    sigma: float = 1.5,
) -> float:
    """Return the mean structural similarity of two images.

    Parameters
    ----------
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32
        At least `ksize` pixels high and wide.
    reference : array_like of the shape and dtype of `image`
    data_range : float
        How far apart values can be, > 0.
    ksize : int
        Width and height of the Gaussian window, odd.
    sigma : float
        Its standard deviation in pixels, > 0.

    Returns
    -------
    float
        1 for equal images, about 0 for unlike ones, negative for negatives; the mean over all
        windows that lie inside of the images, and over the channels. Computed in float64, the same
        bits on every CPU and with any number of threads.

    Raises
    ------
    TypeError
        If `image` is neither uint8 nor float32, or `reference` has another dtype.
    ValueError
        If `image` has another shape than stated or is smaller than the window, `reference` has
        another shape, or `ksize`, `sigma` or `data_range` is out of range.

    Notes
    -----
    Equal to scikit-image's ``structural_similarity`` with ``gaussian_weights=True`` and
    ``use_sample_covariance=False``. Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image
    quality assessment: from error visibility to structural similarity", 2004.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.random.default_rng(0).integers(0, 256, (40, 60), np.uint8)
    >>> im.metrics.ssim(image, image)
    1.0
    >>> im.metrics.ssim(image, 255 - image) < 0
    True
    """
    return _core.metrics.ssim(
        *as_pair(image, reference),
        as_int(ksize, "ksize"),
        as_float(sigma, "sigma"),
        as_float(data_range, "data_range"),
    )

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import _core
from .._backend import version_for
from .._validate import Array, as_float, as_gray_image, as_int, as_name
from ._descriptor import Descriptor, as_gray, plain
from ._texture import as_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Bank = tuple[tuple[float, ...], int, list[float], list[int], str]

PARTS = ("magnitude", "real")


def bank_of(
    wavelengths: float | Sequence[float],
    orientations: int,
    bandwidth: float,
    ksize: int | None,
    border: str,
) -> Bank:
    """Return a bank of filters as the core takes it."""
    lengths = as_numbers(wavelengths, "wavelengths")
    if not all(1 <= length <= 80 for length in lengths):
        raise ValueError(f"wavelengths must be from 1 to 80, got {wavelengths}")
    if len(lengths) > 64:
        raise ValueError(f"wavelengths must be at most 64, got {len(lengths)}")
    count = as_int(orientations, "orientations")
    if not 1 <= count <= 64:
        raise ValueError(f"orientations must be from 1 to 64, got {orientations}")
    octaves = as_float(bandwidth, "bandwidth")
    if not 0.5 <= octaves <= 4:
        raise ValueError(f"bandwidth must be from 0.5 to 4 octaves, got {bandwidth}")
    ratio = 2.0**octaves
    per_wave = math.sqrt(math.log(2) / 2) / math.pi * (ratio + 1) / (ratio - 1)
    sigmas = [round(per_wave, 12) * length for length in lengths]  # whatever the libm
    sizes = [min(2 * math.ceil(3 * sigma) + 1, 255) for sigma in sigmas]
    if ksize is not None:
        side = as_int(ksize, "ksize")
        if not (1 <= side <= 255 and side % 2):
            raise ValueError(f"ksize must be odd, 1 to 255, got {ksize}")
        sizes = [side] * len(lengths)
    return lengths, count, sigmas, sizes, as_name(border, "border")


def gabor_features(
    image: npt.ArrayLike,
    wavelengths: float | Sequence[float] = (4, 8, 16),
    orientations: int = 6,
    *,
    bandwidth: float = 1.0,
    ksize: int | None = None,
    part: str = "magnitude",
    border: str = "reflect101",
) -> Array:
    """Measure how much an image answers to a bank of Gabor filters.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    wavelengths : float or sequence of L floats, default (4, 8, 16)
        Of the waves, in pixels, 1 to 80.
    orientations : int, default 6
        N, from 1 to 64: wave i runs in direction ``i * pi / N``, from the x axis towards the y
        axis, which points down. The first answers to upright stripes.
    bandwidth : float, default 1
        Of each filter, in octaves, 0.5 to 4: the narrower, the larger is the Gaussian's standard
        deviation sigma, 0.56 wavelengths with 1.
    ksize : int, optional
        Rows and columns of all filters, odd, up to 255; default: those that hold 3 sigma.
    part : {"magnitude", "real"}, default "magnitude"
        Of the complex answers take the length, or the real part, which is that to the even wave.
    border : str, default "reflect101"
        As in `imgmine.filters.gaussian_blur`.

    Returns
    -------
    ndarray of shape (L * N * 2,), float32
        Mean and standard deviation of each filter's answers, wavelength by wavelength. A filter is
        a wave under a round Gaussian whose weights sum to 1, so that an answer to stripes is half
        their amplitude. The same bits on every CPU and GPU and with any number of threads. On a GPU
        each image of a batch (N, H, W, 1) has its row.

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or an argument is out of range.

    Notes
    -----
    The filters are those of `imgmine.filters.gabor_kernel` with gamma 1, phases 0 and -pi/2, and
    divided by the sum of their Gaussian. With a round Gaussian they are products of a factor along
    the rows and one along the columns: the cost is that of ``2 * ksize`` weights, not
    ``ksize**2``; two filters that mirror each other share it. B. S. Manjunath, W. Y. Ma, "Texture
    features for browsing and retrieval of image data", IEEE PAMI 18 (8), 1996, use the same
    statistics.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> stripes = np.tile(np.array([0, 0, 200, 200], np.uint8), (32, 8))
    >>> im.features.gabor_features(stripes, wavelengths=4, orientations=2)[::2].round()
    array([67.,  0.], dtype=float32)
    """
    bank = bank_of(wavelengths, orientations, bandwidth, ksize, border)
    if as_name(part, "part") not in PARTS:
        raise ValueError(f"part must be 'magnitude' or 'real', got {part!r}")
    return measured(image, bank, magnitude=part == "magnitude", scaled=False)


def measured(image: npt.ArrayLike, bank: Bank, *, magnitude: bool, scaled: bool) -> Array:
    """Return the statistics as they are, or square roots of them, divided by 255."""
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.gabor_features)(array, *bank, magnitude, scaled)


def gabor_responses(
    image: npt.ArrayLike,
    wavelengths: float | Sequence[float] = (4, 8, 16),
    orientations: int = 6,
    *,
    bandwidth: float = 1.0,
    ksize: int | None = None,
    border: str = "reflect101",
) -> npt.NDArray[np.complex64]:
    """Filter an image with a bank of Gabor filters: what `gabor_features` takes statistics of.

    Parameters
    ----------
    image : array_like of shape (H, W), uint8
    wavelengths : float or sequence of L floats, default (4, 8, 16)
    orientations : int, default 6
    bandwidth : float, default 1
    ksize : int, optional
    border : str, default "reflect101"
        All as in `gabor_features`.

    Returns
    -------
    ndarray of shape (L, N, H, W), complex64
        Real parts answer to lines, imaginary parts to edges. The same bits on every CPU and GPU.
        On a GPU of a batch (N', H, W, 1): (N', L, N, H, W).

    Raises
    ------
    TypeError
        If `image` is not uint8.
    ValueError
        If `image` has another shape, or an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.gabor_responses(np.zeros((5, 7), np.uint8), wavelengths=(4, 8)).shape
    (2, 6, 5, 7)
    """
    bank = bank_of(wavelengths, orientations, bandwidth, ksize, border)
    array = as_gray_image(image, gpu=True)
    return version_for(array, _core.features.gabor_responses)(array, *bank)


@dataclass(frozen=True)
class GaborFeatures(Descriptor):
    """Descriptor: square roots of `imgmine.features.gabor_features` of the luma, scaled to [0, 1].

    Square roots keep the strongest waves, which are long, from drowning the others.

    Parameters
    ----------
    wavelengths : sequence of floats, default (4, 8, 16)
    orientations : int, default 6
    bandwidth : float, default 1

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> im.features.GaborFeatures()(np.zeros((9, 9, 3), np.uint8)).shape
    (36,)
    """

    of_gray = True

    wavelengths: tuple[float, ...] = (4, 8, 16)
    orientations: int = 6
    bandwidth: float = 1.0

    def __post_init__(self) -> None:
        lengths = as_numbers(self.wavelengths, "wavelengths")
        object.__setattr__(self, "wavelengths", tuple(plain(length) for length in lengths))
        object.__setattr__(self, "orientations", as_int(self.orientations, "orientations"))
        object.__setattr__(self, "bandwidth", plain(self.bandwidth))
        bank_of(self.wavelengths, self.orientations, self.bandwidth, None, "reflect101")

    def __call__(self, image: Array) -> Array:
        bank = bank_of(self.wavelengths, self.orientations, self.bandwidth, None, "reflect101")
        return measured(as_gray(image), bank, magnitude=True, scaled=True)

    def size(self, channels: int) -> int:  # noqa: ARG002 - the same for all
        return 2 * len(self.wavelengths) * self.orientations

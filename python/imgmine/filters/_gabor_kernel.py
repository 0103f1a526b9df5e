from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .._validate import FLOAT32, FLOAT64, Array, as_float, as_int, names_of

if TYPE_CHECKING:
    import numpy.typing as npt


def gabor_kernel(
    ksize: int | tuple[int, int],
    sigma: float,
    theta: float,
    wavelength: float,
    *,
    gamma: float = 0.5,
    phase: float = 0.0,
    dtype: npt.DTypeLike = np.float32,
) -> Array:
    """Return a Gabor filter: a wave under a Gaussian, which answers to stripes of its own kind.

    With ``u = x cos(theta) + y sin(theta)`` and ``v = -x sin(theta) + y cos(theta)``, the weight is
    ``exp(-(u**2 + gamma**2 * v**2) / (2 sigma**2)) * cos(2 pi u / wavelength + phase)``. As in
    OpenCV, ``x`` and ``y`` fall from left to right and from top to bottom: `convolve` with this
    kernel is `correlate` with the formula read left to right. That matters for phases other than 0
    and ``pi`` only; all others are the same turned by half a turn.

    Parameters
    ----------
    ksize : int or (int, int)
        Rows and columns of the kernel; odd, 1 to 255. ``6 * sigma`` or more holds all of it.
    sigma : float
        Standard deviation of the Gaussian along the wave, in pixels, > 0.
    theta : float
        Direction in which the wave runs, in radians, from the x axis towards the y axis, which
        points down. 0 answers to upright stripes.
    wavelength : float
        Of the wave, in pixels, > 0; 2 is the shortest that pixels can show.
    gamma : float
        Aspect ratio: the Gaussian's deviation across the wave is ``sigma / gamma``. > 0.
    phase : float
        Offset of the wave, in radians. 0 is symmetric (lines), ``pi / 2`` antisymmetric (edges).
    dtype : {float32, float64}
        Of the result.

    Returns
    -------
    ndarray of shape (h, w)
        The weights, not normalized: the wave's crest in the middle is ``cos(phase)``.

    Raises
    ------
    TypeError
        If an argument is of another kind, or `dtype` is neither float32 nor float64.
    ValueError
        If `ksize` is even or out of range, or a number is not finite or not positive where it must
        be.

    Notes
    -----
    OpenCV's ``getGaborKernel(ksize=(w, h), sigma, theta, lambd, gamma, psi)`` gives the same with
    ``lambd = wavelength`` and ``psi = phase`` (there `psi` is ``pi / 2`` unless given, and `ksize`
    is ``(width, height)``). scikit-image's ``gabor_kernel(frequency, theta, sigma_x=, sigma_y=,
    offset=)`` is complex and normalized by ``2 pi sigma_x sigma_y``; its ``frequency`` is
    ``1 / wavelength``, ``sigma_x`` is `sigma`, ``sigma_y`` is ``sigma / gamma``, ``offset`` is
    `phase`. J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and
    orientation optimized by two-dimensional visual cortical filters", JOSA A 2 (7), 1985.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> upright = im.filters.gabor_kernel(21, sigma=4, theta=0, wavelength=8)
    >>> stripes = np.cos(2 * np.pi * np.arange(64, dtype=np.float32) / 8) * np.ones((64, 1), "f4")
    >>> im.filters.convolve(stripes, upright).max().round()
    np.float32(81.0)
    >>> im.filters.convolve(stripes.T, upright).max().round()
    np.float32(0.0)
    """
    rows, columns = as_odd_sides(ksize)
    numbers = {"sigma": sigma, "theta": theta, "wavelength": wavelength}
    numbers |= {"gamma": gamma, "phase": phase}
    for name, value in numbers.items():
        numbers[name] = as_float(value, name)
        if not math.isfinite(numbers[name]):
            raise ValueError(f"{name} must be finite, got {value}")
        if name in ("sigma", "wavelength", "gamma") and numbers[name] <= 0:
            raise ValueError(f"{name} must be positive, got {value}")
    try:
        result = np.dtype(dtype)
    except TypeError as error:
        raise TypeError(f"dtype must be a dtype, got {dtype!r}") from error
    if result not in (FLOAT32, FLOAT64):
        raise TypeError(f"dtype must be {names_of((FLOAT32, FLOAT64))}, got {result}")
    y = np.arange(rows // 2, -(rows // 2) - 1, -1.0)[:, np.newaxis]
    x = np.arange(columns // 2, -(columns // 2) - 1, -1.0)
    cosine, sine = math.cos(numbers["theta"]), math.sin(numbers["theta"])
    along, across = x * cosine + y * sine, y * cosine - x * sine
    distance = along**2 + (numbers["gamma"] * across) ** 2
    wave = np.cos(2 * np.pi * along / numbers["wavelength"] + numbers["phase"])
    return (np.exp(-distance / (2 * numbers["sigma"] ** 2)) * wave).astype(result)


def as_odd_sides(ksize: int | tuple[int, int]) -> tuple[int, int]:
    """Return rows and columns of a kernel."""
    sides = tuple(ksize) if isinstance(ksize, (tuple, list)) else (ksize, ksize)
    if len(sides) != 2:
        raise ValueError(f"ksize must be a whole number or (h, w), got {ksize}")
    rows, columns = (as_int(side, "ksize") for side in sides)
    if not all(1 <= side <= 255 and side % 2 for side in (rows, columns)):
        raise ValueError(f"ksize must be odd, 1 to 255, got {ksize}")
    return rows, columns

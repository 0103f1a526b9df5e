from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ._checks import check
from ._finish import FIXED_POINT, Finish
from ._separable import filtered, symmetric

if TYPE_CHECKING:
    from .._device_array import DeviceArray

FAST_FROM = 10  # the sigma from which on the core's fast method works on a coarser grid


def gaussian_blur(
    image: DeviceArray,
    sigma: float | None,
    ksize: int | None,
    border: str,
    method: str,
    out: DeviceArray | None = None,
) -> Any:
    """Run `imgmine.filters.gaussian_blur`, exactly: uint8 bit-equal, float32 within 1e-6 n.

    n is the number of taps times the largest magnitude. Fast results are not to be had.
    """
    check(_core.filters.gaussian_blur, image, sigma, ksize, border, method)
    if method != "exact" and ksize is None and sigma is not None and sigma >= FAST_FROM:
        raise ValueError(
            f"method must be 'exact' on a GPU for a sigma of {FAST_FROM} and more, got {method!r}"
        )
    if image.dtype.kind == "f":
        taps, finish = _core.tables.gaussian(sigma, ksize, True), Finish()
    else:
        taps, finish = _core.tables.gaussian_fixed_point(sigma, ksize), Finish(FIXED_POINT)
    return filtered(image, symmetric(taps), border, finish, out)

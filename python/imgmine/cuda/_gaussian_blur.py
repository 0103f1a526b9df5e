from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ._byte_blur import filtered_bytes, takes
from ._checks import check
from ._coarse_blur import coarsely_blurred
from ._finish import FIXED_POINT, Finish
from ._separable import filtered, symmetric

if TYPE_CHECKING:
    from .._device_array import DeviceArray


def gaussian_blur(
    image: DeviceArray,
    sigma: float | None,
    ksize: int | None,
    border: str,
    method: str,
    out: DeviceArray | None = None,
) -> Any:
    """Run `imgmine.filters.gaussian_blur`: uint8 bit-equal, and float32 by the fast method, too.

    Exact float32 is within 1e-6 n times the largest magnitude, n taps.
    """
    check(_core.filters.gaussian_blur, image, sigma, ksize, border, method)
    if method != "exact" and ksize is None and sigma is not None:
        factor, taps = _core.tables.gaussian_coarse(sigma)
        if factor > 1:
            return coarsely_blurred(image, border, factor, taps, out)
    if image.dtype.kind == "f":
        taps, finish = _core.tables.gaussian(sigma, ksize, True), Finish()
    else:
        taps, finish = _core.tables.gaussian_fixed_point(sigma, ksize), FIXED_POINT
        if takes(image, taps, taps):
            return filtered_bytes(image, taps, taps, border, (1 << 15, 0), out)
    return filtered(image, symmetric(taps), border, finish, out)

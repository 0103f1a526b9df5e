from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ._checks import check
from ._finish import saturated
from ._separable import Taps, filtered

if TYPE_CHECKING:
    from .._device_array import DeviceArray

EXACT = 2.0**24  # up to where float32 holds whole numbers


def sep_correlate(
    image: DeviceArray,
    row: np.ndarray[Any, Any],
    column: np.ndarray[Any, Any],
    anchor: tuple[int, int],
    border: str,
    dtype: str,
    out: DeviceArray | None = None,
) -> Any:
    """Run `imgmine.filters.sep_convolve`: bit-equal from uint8 by whole weights.

    Otherwise float32 is within 1e-6 of the sum of the weights' products' magnitudes times the
    largest magnitude in the image, and integers are within 1.
    """
    check(_core.filters.sep_correlate, image, row, column, anchor, border, dtype)
    taps, divisor = Taps(row, column, *anchor), 1.0
    if image.dtype.kind == "u":
        taps, divisor = whole_taps(taps)
    return filtered(image, taps, border, saturated(dtype, divisor), out, dtype)


def whole_taps(taps: Taps) -> tuple[Taps, float]:
    """Return taps in whole numbers over a divisor where these keep sums exact, as the core does."""
    row, column = (_core.tables.whole_weights(weights) for weights in taps[:2])
    if row is None or column is None:
        return taps, 1.0
    divisor = row[1] * column[1]
    if 255 * np.abs(row[0]).sum() * np.abs(column[0]).sum() >= EXACT:
        return taps, 1.0
    if float(np.float32(divisor)) != divisor:
        return taps, 1.0
    return taps._replace(row=row[0], column=column[0]), divisor

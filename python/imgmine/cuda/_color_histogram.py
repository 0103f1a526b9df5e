from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from ._checks import check
from ._color import seen_in
from ._count_colors import HSV_ALREADY, count_colors
from ._histogram import described, refuse_parts
from ._lab import lab_tables

if TYPE_CHECKING:
    from .._device_array import DeviceArray


def color_histogram(
    image: DeviceArray,
    bins: tuple[int, int, int],
    space: str,
    joint: bool,
    normalize: str,
    grid: tuple[int, int],
    levels: int,
    mask: object,
    labels: object,
    n_labels: int,
) -> Any:
    """Run `imgmine.features.color_histogram` of whole images and cells: bit-equal.

    But "l2" is within 1e-7 where the squares of the counts sum up to 2^53 or more. Of a batch the
    result has a row for each image.
    """
    refuse_parts(levels, mask, labels)
    options = (bins, space, joint, normalize, grid, levels, mask, labels, n_labels)
    check(_core.features.color_histogram, image, *options)
    pixels, converting = seen_in(image, space)
    size = int(np.prod(bins)) if joint else sum(bins)
    tables = (table for _, table in lab_tables())
    if space == "hsv" and converting == 0:
        converting = HSV_ALREADY
    how = (converting, int(joint), *bins)
    return described(pixels, size, normalize, grid, count_colors, *how, *tables)

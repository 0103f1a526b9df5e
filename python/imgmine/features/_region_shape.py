from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _core
from ._descriptor import Descriptor, as_gray
from ._masks import as_labels, as_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from .._validate import Array

NAMES = (
    "area",
    "perimeter",
    "axis_major_length",
    "axis_minor_length",
    "orientation",
    "equivalent_diameter",
    "eccentricity",
    "solidity",
    "extent",
    "euler_number",
    "form_factor",
    "roundness",
    "compactness",
)


def region_shape_names() -> tuple[str, ...]:
    """Tell what the numbers of :func:`region_shape` are, in order.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> import imgmine as im
    >>> im.features.region_shape_names()[:2]
    ('area', 'perimeter')
    """
    return NAMES


def region_shape(
    mask: npt.ArrayLike | None = None, *, labels: npt.ArrayLike | None = None
) -> Array:
    """Measure the shape of a region, or of every region of a label image.

    Parameters
    ----------
    mask : array_like of shape (H, W), bool
        The pixels of one region, whether or not they hang together.
    labels : array_like of shape (H, W), int32
        Instead of a mask: regions 1, 2 ..., all measured in one pass; 0 is none.

    Returns
    -------
    ndarray of shape (13,), or (labels.max(), 13), float64
        In the order of :func:`region_shape_names`; zeros for a region without pixels.

        - ``area``: its pixels
        - ``perimeter``: the length of a line through the centers of its border's pixels
        - ``axis_major_length``, ``axis_minor_length``: axes of the ellipse with its second moments
        - ``orientation``: of the major axis, from the rows' direction, -pi/2 to pi/2
        - ``equivalent_diameter``: of the disk of its area
        - ``eccentricity``: of that ellipse; 0 is a circle
        - ``solidity``: its share of the pixels of its convex hull
        - ``extent``: its share of its bounding box
        - ``euler_number``: pieces less holes; pixels that touch at a corner belong together
        - ``form_factor``: ``4 pi area / perimeter**2``, 0 where the perimeter is
        - ``roundness``: ``4 area / (pi axis_major_length**2)``, 0 where that is
        - ``compactness``: ``perimeter**2 / (4 pi area)``

        All but the last three are those of scikit-image's ``regionprops``, the hull included
        (that of the middles of the sides of pixels); sums are exact, so that symmetric regions
        are found to be. The same bits on every CPU.

    Raises
    ------
    TypeError
        If `mask` or `labels` has another dtype.
    ValueError
        If it has another shape, or not just one of them is given.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> mask = np.zeros((8, 8), bool)
    >>> mask[2:5, 1:7] = True
    >>> shape = im.features.region_shape(mask)
    >>> values = dict(zip(im.features.region_shape_names(), shape.round(2).tolist()))
    >>> values["area"], values["extent"], values["eccentricity"]
    (18.0, 1.0, 0.88)
    """
    if (mask is None) == (labels is None):
        raise ValueError("mask or labels must be given, and not both")
    if labels is not None:
        return _core.features.region_shapes(*as_labels(labels))
    return _core.features.region_shape(as_mask(mask))  # type: ignore[arg-type]  # not None here


@dataclass(frozen=True)
class RegionShape(Descriptor):
    """Descriptor: what of `imgmine.features.region_shape` does not depend on scale and turn.

    Of the pixels that Otsu's threshold finds light, taken as one region: its share of the image,
    eccentricity, solidity, extent, form factor, roundness, and minor over major axis, all from 0
    to 1 or a little more. For pictures of one thing on a plain darker ground.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((32, 32), np.uint8)
    >>> image[8:24, 8:24] = 200
    >>> im.features.RegionShape()(image).round(2)
    array([0.25, 0.  , 1.  , 1.  , 0.89, 0.96, 1.  ], dtype=float32)
    """

    of_gray: ClassVar[bool] = True

    def __call__(self, image: Array) -> Array:
        gray = as_gray(image)
        mask = gray > _core.segment.threshold_otsu(gray)
        shape = dict(zip(NAMES, region_shape(mask), strict=True))
        names = ("eccentricity", "solidity", "extent", "form_factor", "roundness")
        share = shape["area"] / max(gray.size, 1)
        axes = shape["axis_minor_length"] / max(shape["axis_major_length"], 1e-9)
        return np.array([share, *(shape[name] for name in names), axes], np.float32)

    def size(self, channels: int) -> int:  # noqa: ARG002
        return 7

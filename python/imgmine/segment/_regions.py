from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _core
from .._validate import UINT8, Array, as_image
from ..color import rgb2gray
from ._label_image import as_label_image
from ._region_columns import hu_of, lbp_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

OF_LABELS = (
    *("label", "area", "box", "centroid", "extent", "equivalent_diameter"),
    *("axis_major_length", "axis_minor_length", "eccentricity", "orientation"),
    *("perimeter", "euler_number", "area_convex", "solidity"),
    *("moments", "moments_central", "moments_normalized", "moments_hu"),
)
OF_IMAGE = ("mean", "std", "min", "max")


class Region:
    """One row of a `Regions` table: the same columns, as values of one region."""

    def __init__(self, table: Regions, index: int) -> None:
        self._table, self._index = table, index

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._table.columns:
            raise AttributeError(f"a region has no {name!r}, only {', '.join(self._table.columns)}")
        return getattr(self._table, name)[self._index]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._table.columns]

    def to_dict(self) -> dict[str, Any]:
        """Return all columns' values, by their names."""
        return {name: getattr(self, name) for name in self._table.columns}

    def __repr__(self) -> str:
        box = tuple(self.box.tolist())
        return f"Region(label={self.label}, area={self.area}, box={box})"


class Regions:
    """The table that `regions` returns: a row for each region, in the order of their labels.

    Attributes
    ----------
    label : ndarray of shape (n,), int32
    area : ndarray of shape (n,), int64
        Pixels.
    box : ndarray of shape (n, 4), int64
        First row and column, and those behind the last.
    centroid : ndarray of shape (n, 2), float64
        Row and column.
    extent, solidity : ndarray of shape (n,), float64
        The region's share of its box, and of its convex hull.
    area_convex : ndarray of shape (n,), int64
        Pixels of the convex hull of the middles of all sides of the region's pixels.
    equivalent_diameter : ndarray of shape (n,), float64
        That of the disk of the same area.
    axis_major_length, axis_minor_length, eccentricity : ndarray of shape (n,), float64
        Of the ellipse with the region's second moments.
    orientation : ndarray of shape (n,), float64
        The angle of the major axis with the rows' direction, -pi/2 to pi/2.
    perimeter : ndarray of shape (n,), float64
        The length of a line through the centers of the pixels of the border.
    euler_number : ndarray of shape (n,), int64
        Pieces less holes; pixels that touch at a corner belong together.
    moments : ndarray of shape (n, 4, 4), float64
        Sums of ``row**i * column**j``, from the corner of the box.
    moments_central, moments_normalized : ndarray of shape (n, 4, 4), float64
        About the centroid; those, made independent of scale, NaN where ``i + j < 2``.
    moments_hu : ndarray of shape (n, 7), float64
        Hu's invariants.
    mean, std, min, max : ndarray of shape (n,) or (n, C), float64
        Of the values of the image, if there is one, by channels if it has them.
    lbp : ndarray of shape (n, 10), float64
        Shares of the uniform local binary patterns of 8 points at radius 1, of the luma, if there
        is an image and it is uint8, gray or RGB.
    columns : tuple of str
        The names of all columns.
    """

    def __init__(self, labels: Array, image: Array | None = None) -> None:
        self._core = _core.segment.Regions(labels)
        self.label: Array = self._core.labels()
        self.columns: tuple[str, ...] = OF_LABELS
        if image is not None:
            self._add_values(image)

    def _add_values(self, image: Array) -> None:
        values = self._core.values(image).reshape(len(self), *image.shape[2:], 4)
        self.mean, self.std, self.min, self.max = np.moveaxis(values, -1, 0)
        self.columns += OF_IMAGE
        if image.dtype == UINT8 and (image.ndim == 2 or image.shape[2] == 3):
            gray = image if image.ndim == 2 else rgb2gray(image)
            self.lbp = lbp_of(gray, self._core.places(), len(self))
            self.columns += ("lbp",)

    def __len__(self) -> int:
        return len(self.label)

    def __getitem__(self, index: int) -> Region:
        n = len(self)
        if not isinstance(index, (int, np.integer)):
            raise TypeError(f"index must be a whole number, got {type(index).__name__}")
        if not -n <= index < n:
            raise IndexError(f"there are {n} regions, got index {index}")
        return Region(self, int(index) % n)

    def __iter__(self) -> Iterator[Region]:
        return (Region(self, index) for index in range(len(self)))

    def to_dict(self) -> dict[str, Array]:
        """Return all columns, by their names."""
        return {name: getattr(self, name) for name in self.columns}

    def __repr__(self) -> str:
        lines = [f"Regions: {len(self)}, columns {', '.join(self.columns)}"]
        shown = range(len(self)) if len(self) <= 8 else [0, 1, 2, 3, -3, -2, -1]
        lines += [f"  {self[index]!r}" for index in shown]
        if len(self) > 8:
            lines.insert(5, "  ...")
        return "\n".join(lines)

    @cached_property
    def _extents(self) -> Array:
        return self._core.extents()

    @cached_property
    def _moments(self) -> Array:
        return self._core.moments()

    @cached_property
    def _outlines(self) -> Array:
        return self._core.outlines()

    @property
    def area(self) -> Array:
        """Return the pixels of each."""
        return self._extents[:, 0]

    @property
    def box(self) -> Array:
        """Return first row and column, and those behind the last."""
        return self._extents[:, 1:5]

    @cached_property
    def centroid(self) -> Array:
        """Return row and column."""
        return self._extents[:, 5:] / self.area[:, None]

    @cached_property
    def extent(self) -> Array:
        """Return the shares of their boxes."""
        sides = self.box[:, 2:] - self.box[:, :2]
        shares: Array = np.divide(self.area, sides[:, 0] * sides[:, 1])
        return shares

    @cached_property
    def equivalent_diameter(self) -> Array:
        """Return the diameters of disks of the same area."""
        return np.sqrt(4 * self.area / math.pi)

    @property
    def axis_major_length(self) -> Array:
        """Return the longer axes of the ellipses with their second moments."""
        return self._moments[:, 32]

    @property
    def axis_minor_length(self) -> Array:
        """Return the shorter axes of those ellipses."""
        return self._moments[:, 33]

    @property
    def eccentricity(self) -> Array:
        """Return the eccentricities of those ellipses."""
        return self._moments[:, 34]

    @property
    def orientation(self) -> Array:
        """Return the angles of the longer axes with the rows' direction."""
        return self._moments[:, 35]

    @property
    def perimeter(self) -> Array:
        """Return the lengths of the lines through the centers of border pixels."""
        return self._outlines[:, 0]

    @cached_property
    def euler_number(self) -> Array:
        """Return the numbers of pieces less holes."""
        return self._outlines[:, 1].astype(np.int64)

    @cached_property
    def area_convex(self) -> Array:
        """Return the pixels of the convex hulls."""
        return self._core.convex_areas()

    @cached_property
    def solidity(self) -> Array:
        """Return the shares of the convex hulls."""
        return self.area / self.area_convex

    @property
    def moments(self) -> Array:
        """Return the moments about the corners of the boxes."""
        return self._moments[:, :16].reshape(-1, 4, 4)

    @property
    def moments_central(self) -> Array:
        """Return the moments about the centroids."""
        return self._moments[:, 16:32].reshape(-1, 4, 4)

    @cached_property
    def moments_normalized(self) -> Array:
        """Return the central moments made independent of scale."""
        order = np.add.outer(np.arange(4), np.arange(4))
        scaled = self.moments_central / self.area[:, None, None] ** (order / 2 + 1)
        return np.where(order < 2, np.nan, scaled)

    @cached_property
    def moments_hu(self) -> Array:
        """Return Hu's invariants."""
        return hu_of(self.moments_normalized)


def regions(labels: npt.ArrayLike, image: npt.ArrayLike | None = None) -> Regions:
    """Measure the regions of a label image: where they are, their shapes, colors and texture.

    Parameters
    ----------
    labels : array_like of shape (H, W), bool or of any integer dtype
        Regions: from 0 to 2^31 - 1, 0 being none; labels need not be without gaps, nor a region
        of one piece. Fewer than 2^31 pixels.
    image : array_like of shape (H, W) or (H, W, C), uint8 or float32, optional
        What to measure under them.

    Returns
    -------
    Regions
        A table with a row for each label that occurs, in rising order. Its columns are arrays,
        its rows come by index or in a loop. The label image is read once, here; a column is
        computed from its runs of pixels when it is first asked for, those of the image at once.

    Raises
    ------
    TypeError
        If `labels` are no whole numbers, or `image` is neither uint8 nor float32.
    ValueError
        If a shape is wrong, or a label is out of range.

    Notes
    -----
    Columns equal those of scikit-image's ``regionprops_table`` of the same names (there, `box` is
    ``bbox``, `equivalent_diameter` ``equivalent_diameter_area``, and `mean`, `std`, `min` and `max`
    are ``intensity_...``). Sums of whole numbers are exact, those of float images are taken in
    double; the same bits with any number of threads.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.array([[1, 1, 0, 7], [1, 1, 0, 7]])
    >>> table = im.segment.regions(labels, np.uint8([[10, 20, 0, 5], [30, 40, 0, 5]]))
    >>> table.label, table.area, table.mean
    (array([1, 7], dtype=int32), array([4, 2]), array([25.,  5.]))
    >>> table[1]
    Region(label=7, area=2, box=(0, 3, 2, 4))
    >>> [region.centroid.tolist() for region in table]
    [[0.5, 0.5], [0.5, 3.0]]
    """
    array = as_label_image(labels)
    return Regions(array, None if image is None else _as_image_of(array, image))


def _as_image_of(labels: Array, image: npt.ArrayLike) -> Array:
    array = as_image(image)
    if array.shape[:2] != labels.shape:
        raise ValueError(f"image must have the size of labels, {labels.shape}, got {array.shape}")
    return array

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_bool, as_float
from ._colors import as_colors, colors_of
from ._lettering import with_legend, write_names
from ._names import as_names
from ._planes import as_regions, as_rgb_image, compact, depth_of, near_edges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from .._validate import Array


def annotate(
    image: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    names: Mapping[int, str] | Sequence[str] | None = None,
    outlines: bool = True,
    fill: float = 0.35,
    legend: bool = True,
    colors: Mapping[Any, Any] | Sequence[Any] | None = None,
) -> Array:
    """Draw regions over the picture they are of: outlines, tints, names and a legend.

    A label, and where there are names a name, has the same color in every picture. Lines and
    letters grow with the picture.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), uint8
        Gray or RGB; a fourth channel is left out.
    labels : array_like of shape (H, W), any integer dtype
        Regions from 1 on; pixels of label 0 stay as they are.
    names : mapping of int to str, or sequence of str, optional
        What regions are, by their label; a sequence has those of labels 1, 2 ... Regions of one
        name have one color, the first name (of the lowest label) the first, and count as one
        where they touch. A name is written into each of their pieces that is deep enough for it.
        Regions without a name have only their color.
    outlines : bool, default True
        Draw a line along the inner side of each region's edge, in its color.
    fill : float, default 0.35
        How much of a region's color its pixels take: 0 is none, 1 hides the picture.
    legend : bool, default True
        Put a strip with each color and its name under the picture, which is higher for it. There
        is none without names.
    colors : mapping or sequence of (r, g, b), optional
        Colors to use instead, by label or by name; a sequence has those of labels 1, 2 ...

    Returns
    -------
    ndarray of shape (H, W, 3), or (H + height of the legend, W, 3), uint8
        Letters are Pillow's, and so their pixels those of its version; all else is the same
        everywhere.

    Raises
    ------
    TypeError
        If `image` is not uint8, `labels` not of whole numbers, or a name not a string.
    ValueError
        If a shape does not fit, or an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.full((120, 160, 3), 90, np.uint8)
    >>> labels = np.zeros((120, 160), np.int32)
    >>> labels[20:90, 30:130] = 1
    >>> drawn = im.segment.annotate(image, labels, names={1: "box"}, legend=False)
    >>> drawn.shape, drawn[0, 0].tolist(), drawn[25, 40].tolist()
    ((120, 160, 3), [90, 90, 90], [139, 84, 74])
    """
    picture = as_rgb_image(image)
    regions = as_regions(labels, picture.shape[:2])
    share = as_float(fill, "fill")
    if not 0 <= share <= 1:
        raise ValueError(f"fill must be from 0 to 1, got {fill}")
    groups = _Groups(regions, names, colors)
    drawn = _tinted(picture, groups, share)
    if as_bool(outlines, "outlines"):
        _outline(drawn, groups)
    if groups.names:
        drawn = write_names(drawn, groups.plane, depth_of(groups.plane), groups.names)
    if as_bool(legend, "legend") and groups.names:
        entries = [(groups.colors[i], name) for i, name in sorted(groups.names.items())]
        drawn = with_legend(drawn, entries)
    return drawn


class _Groups:
    """Regions by their colors: those of one name are one group; group 0 is no region."""

    def __init__(self, regions: Array, names: Any, colors: Any) -> None:
        known = as_names(names)
        numbers = {name: i for i, name in enumerate(dict.fromkeys(known.values()), 1)}
        labels, places = compact(regions)
        keys = [known.get(label, label) for label in labels.tolist()]
        # Labels without a name are numbered after all names.
        codes = [numbers[key] if key in numbers else len(numbers) + key for key in keys]
        codes = [code if label else 0 for code, label in zip(codes, labels.tolist(), strict=True)]
        found, group = np.unique(np.array([0, *codes], np.int64), return_inverse=True)
        self.plane = group[1:].astype(np.int32)[places]
        self.colors = colors_of(found)
        self.names: dict[int, str] = {}
        given = as_colors({} if colors is None else colors)
        for i, label, key in zip(group[1:].tolist(), labels.tolist(), keys, strict=True):
            if label and (key in given or label in given):
                self.colors[i] = given[key if key in given else label]
            if label and isinstance(key, str):
                self.names[i] = key


def _tinted(picture: Array, groups: _Groups, share: float) -> Array:
    """Mix the groups' colors into the picture, in whole numbers."""
    weight = round(256 * share)
    tint = groups.colors.astype(np.uint16) * weight + 128
    mixed = (picture.astype(np.uint16) * (256 - weight) + tint[groups.plane]) >> 8
    return np.where((groups.plane > 0)[..., np.newaxis], mixed, picture).astype(np.uint8)


def _outline(drawn: Array, groups: _Groups) -> None:
    """Color the pixels of groups that are within a line's width of their edges."""
    width = max(1, round(min(groups.plane.shape) / 320))
    inner = near_edges(groups.plane, width) & (groups.plane > 0)
    drawn[inner] = groups.colors[groups.plane[inner]]

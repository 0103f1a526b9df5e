from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._validate import as_name
from ..features import Recipe
from ._planes import as_regions, as_rgb_image
from ._runs import regions_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from .._validate import Array
    from ._runs import Region

_OUTSIDE = ("mean", "keep")


def describe_regions(
    image: npt.ArrayLike,
    labels: npt.ArrayLike,
    recipe: Recipe | str = "color",
    *,
    outside: str = "mean",
    n_jobs: int | None = None,
) -> tuple[Array, Array]:
    """Describe each region of a picture by a recipe.

    A recipe sees rectangles. So it is given the smallest one around a region, in which all that
    does not belong to the region is painted over with the region's mean color: what lies beside it
    has no say, colors stay nearly those of the region, and no edge is made but along its own
    outline, where it is as strong as the region differs from its mean.

    Parameters
    ----------
    image : array_like of shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), uint8
    labels : array_like of shape (H, W), any integer dtype
        Regions from 1 on.
    recipe : Recipe or str, default "color"
        Or the name of a preset (`Recipe.named`).
    outside : {"mean", "keep"}, default "mean"
        "keep" leaves the rectangle as it is: for recipes and models made for whole pictures, where
        surroundings help.
    n_jobs : int, optional
        Threads; default: all the process may use.

    Returns
    -------
    labels : ndarray of shape (n,), int32
        The regions that there are, rising.
    vectors : ndarray of shape (n, recipe.size), float32

    Raises
    ------
    TypeError
        If `image` is not uint8, or `labels` not whole numbers.
    NotFittedError
        If the recipe has yet to learn.
    ValueError
        If a shape does not fit, or `outside` is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> image = np.zeros((8, 12), np.uint8)
    >>> image[:, 6:] = 200
    >>> labels = np.where(image > 0, 5, 2)
    >>> found, vectors = im.segment.describe_regions(image, labels, "histogram")
    >>> found, vectors.argmax(axis=1)
    (array([2, 5], dtype=int32), array([0, 6]))
    """
    picture = as_rgb_image(image)
    regions = as_regions(labels, picture.shape[:2])
    if as_name(outside, "outside") not in _OUTSIDE:
        raise ValueError(f"outside must be 'mean' or 'keep', got {outside!r}")
    how = recipe if isinstance(recipe, Recipe) else Recipe.named(recipe)
    found = list(regions_in(regions))
    if not found:
        return np.empty(0, np.int32), np.empty((0, how.size), np.float32)
    crops = _crops(picture, regions, found, keep=outside == "keep")
    vectors = how.transform(crops, n_jobs)
    return np.array([region.label for region in found], np.int32), vectors


def _crops(picture: Array, labels: Array, regions: list[Region], *, keep: bool) -> Iterator[Any]:
    for region in regions:
        x, y, width, height = region.box
        crop = picture[y : y + height, x : x + width]
        if not keep:
            mine = labels[y : y + height, x : x + width] == region.label
            total = crop[mine].sum(axis=0, dtype=np.int64)
            mean = (2 * total + region.area) // (2 * region.area)  # rounded to nearest
            crop = np.where(mine[..., np.newaxis], crop, mean.astype(np.uint8))
        yield np.ascontiguousarray(crop)

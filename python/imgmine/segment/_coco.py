from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import FormatError
from .._validate import as_int, as_name
from ._names import as_names
from ._planes import INT32, as_regions
from ._polygons import filled, polygons_of
from ._runs import Region, compressed, counts_of, decompressed, regions_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from .._validate import Array

_FORMATS = ("rle", "counts", "polygons")
_MOST_PIXELS = 2**28
_UNNAMED = "region"
_WRONG = AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError


def to_coco(
    labels: npt.ArrayLike,
    *,
    names: Mapping[int, str] | Sequence[str] | None = None,
    image_id: int = 1,
    file_name: str = "",
    format: str = "rle",  # noqa: A002
) -> dict[str, Any]:
    """Describe the regions of a label image as COCO describes objects, ready for `json.dump`.

    Parameters
    ----------
    labels : array_like of shape (H, W), any integer dtype
        Regions from 1 on.
    names : mapping of int to str, or sequence of str, optional
        What regions are, by their label: the categories, numbered in the order of their first
        label. Default: one category, "region", which also regions without a name get.
    image_id : int, default 1
        The picture's number in the document.
    file_name : str, default ""
        The picture's file.
    format : {"rle", "counts", "polygons"}, default "rle"
        How pixels are written down. "rle": run lengths as COCO's compressed text. "counts": the
        same as a list of numbers. "polygons": lists of x and y of pixel corners, one for each
        piece of a region; for polygons COCO knows no holes, so that a hole is joined to the line
        around it by a cut of no width, and programs that fill by the even-odd rule, as COCO's
        own does, get the region's very pixels.

    Returns
    -------
    dict
        With "images", "annotations" and "categories". An annotation has "id" (the label),
        "image_id", "category_id", "segmentation", "area" in pixels, "bbox" as [x, y, width,
        height] and "iscrowd" 0. Of many pictures, concatenate the lists, with other `image_id`
        and numbers of annotations.

    Raises
    ------
    TypeError
        If `labels` are not whole numbers.
    ValueError
        If a shape is another, or `format` unknown.

    References
    ----------
    T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014, pp. 740-755.
    https://doi.org/10.1007/978-3-319-10602-1_48

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.array([[0, 1, 1], [0, 1, 1], [2, 0, 0]])
    >>> document = im.segment.to_coco(labels, names={1: "box", 2: "dot"}, format="polygons")
    >>> document["annotations"][0]["segmentation"], document["annotations"][0]["bbox"]
    ([[1, 0, 3, 0, 3, 2, 1, 2]], [1, 0, 2, 2])
    """
    array, known = as_regions(labels), as_names(names)
    if as_name(format, "format") not in _FORMATS:
        raise ValueError(f"format must be {' or '.join(map(repr, _FORMATS))}, got {format!r}")
    number, file = as_int(image_id, "image_id"), as_name(file_name, "file_name")
    regions = list(regions_in(array))
    used = [known.get(region.label, _UNNAMED) for region in regions]
    wanted = dict.fromkeys([*known.values(), *used] or [_UNNAMED])
    categories = {name: i for i, name in enumerate(wanted, 1)}
    return {
        "images": [
            {"id": number, "width": array.shape[1], "height": array.shape[0], "file_name": file}
        ],
        "annotations": [
            {
                "id": region.label,
                "image_id": number,
                "category_id": categories[name],
                "segmentation": _segmentation(region, array, format),
                "area": region.area,
                "bbox": list(region.box),
                "iscrowd": 0,
            }
            for region, name in zip(regions, used, strict=True)
        ],
        "categories": [{"id": i, "name": name} for name, i in categories.items()],
    }


def from_coco(
    document: Mapping[str, Any], *, image_id: int | None = None
) -> tuple[Array, dict[int, str]]:
    """Read the regions of a picture from a document in COCO's form.

    Parameters
    ----------
    document : mapping
        As `to_coco` gives it or `json.load` reads it; run lengths of both kinds, and polygons,
        which get the pixels whose centers are inside.
    image_id : int, optional
        Which picture; default: the only one.

    Returns
    -------
    labels : ndarray of shape (H, W), int32
        A region's label is its annotation's id, or, if these are not numbers from 1 to 2^31 - 1,
        all different, its place among the picture's annotations, from 1 on. Of regions that
        overlap the later one is on top.
    names : dict of int to str
        The category's name of each label.

    Raises
    ------
    FormatError
        If the document is anything else.
    ValueError
        If `image_id` is not that of a picture, or missing where there are several.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> labels = np.array([[0, 1, 1], [0, 1, 1], [2, 0, 0]])
    >>> again, names = im.segment.from_coco(im.segment.to_coco(labels, names=["box", "dot"]))
    >>> bool((again == labels).all()), names
    (True, {1: 'box', 2: 'dot'})
    """
    try:
        ids = [image["id"] for image in document["images"]]
    except _WRONG as error:
        raise FormatError(f"document is not in COCO's form: {error}") from error
    places = [i for i, found in enumerate(ids) if image_id is None or found == image_id]
    if len(places) != 1:
        known = f"one of {ids[:10]}" if ids else "that of a picture, and document has none"
        raise ValueError(f"image_id must be {known}, got {image_id!r}")
    try:
        return _read(document, document["images"][places[0]])
    except FormatError:
        raise
    except _WRONG as error:
        raise FormatError(f"document is damaged or not in COCO's form: {error}") from error


def _segmentation(region: Region, labels: Array, format: str) -> Any:  # noqa: A002
    if format == "polygons":
        x, y, width, height = region.box
        return polygons_of(labels[y : y + height, x : x + width] == region.label, (x, y))
    counts = counts_of(region, labels.size)
    size = list(labels.shape)
    return {"size": size, "counts": compressed(counts) if format == "rle" else counts.tolist()}


def _read(document: Mapping[str, Any], image: Mapping[str, Any]) -> tuple[Array, dict[int, str]]:
    shape = int(image["height"]), int(image["width"])
    if min(shape) < 1 or shape[0] * shape[1] > _MOST_PIXELS:
        raise FormatError(f"document has a picture of {shape[0]} x {shape[1]} pixels")
    mine = [entry for entry in document["annotations"] if entry["image_id"] == image["id"]]
    categories = {entry["id"]: str(entry["name"]) for entry in document["categories"]}
    ids = [entry["id"] for entry in mine]
    are_labels = all(type(i) is int and 0 < i < 2**31 for i in ids) and len({*ids}) == len(ids)
    labels = np.zeros(shape, INT32)
    names = {}
    for place, entry in enumerate(mine, 1):
        label = entry["id"] if are_labels else place
        for mask in _masks(entry["segmentation"], shape):
            labels[mask] = label
        names[label] = categories[entry["category_id"]]
    return labels, names


def _masks(segmentation: Any, shape: tuple[int, int]) -> list[Array]:
    if isinstance(segmentation, list):
        return [filled(polygon, shape) for polygon in segmentation]
    size = shape[0] * shape[1]
    counts = segmentation["counts"]
    if isinstance(counts, (str, bytes)):
        counts = decompressed(counts, size + 1)
    runs = np.array(counts, np.int64)
    if tuple(segmentation["size"]) != shape or runs.min(initial=0) < 0 or runs.max() > size:
        raise ValueError("run lengths of another picture")
    if runs.sum() != size:
        raise ValueError(f"run lengths of {runs.sum()} pixels, not {size}")
    inside = np.arange(len(runs)) % 2 == 1
    return [np.repeat(inside, runs).reshape(shape, order="F")]

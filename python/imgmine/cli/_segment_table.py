"""The table of regions that ``imgmine segment`` prints as JSON and shows on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..segment import regions

if TYPE_CHECKING:
    from .._validate import Array
    from ..segment import RegionClasses


def table_of(image: Array, labels: Array, classes: RegionClasses | None) -> list[dict[str, Any]]:
    """Return for each region its label, area, share, box, center and mean color, and its class."""
    table = regions(labels, image)
    named = {} if classes is None else {row["label"]: row for row in classes.to_dicts()}
    top, left, bottom, right = table.box.T
    boxes = np.stack([left, top, right - left, bottom - top], axis=1)
    return [
        {
            "label": label,
            "area": area,
            "share": area / labels.size,
            "box": box,
            "center": [round(column, 2), round(row, 2)],
            "color": color,
            **{key: value for key, value in named.get(label, {}).items() if key != "label"},
        }
        for label, area, box, (row, column), color in zip(
            table.label.tolist(),
            table.area.tolist(),
            boxes.tolist(),
            table.centroid.tolist(),
            np.rint(table.mean).astype(int).tolist(),
            strict=True,
        )
    ]

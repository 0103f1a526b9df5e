"""The table of regions that ``imgmine segment`` prints as JSON and shows on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..segment._planes import compact
from ..segment._runs import regions_in

if TYPE_CHECKING:
    from .._validate import Array
    from ..segment import RegionClasses


def table_of(image: Array, labels: Array, classes: RegionClasses | None) -> list[dict[str, Any]]:
    """Return for each region its label, area, share, box, center and mean color, and its class."""
    found, places = compact(labels)
    flat = places.ravel()
    area = np.bincount(flat)
    height, width = labels.shape
    y = np.bincount(flat, np.repeat(np.arange(height), width)) / area
    x = np.bincount(flat, np.tile(np.arange(width), height)) / area
    color = np.stack([np.bincount(flat, image[..., i].ravel()) / area for i in range(3)], axis=1)
    boxes = {region.label: region.box for region in regions_in(labels)}
    named = {} if classes is None else {row["label"]: row for row in classes.to_dicts()}
    return [
        {
            "label": label,
            "area": int(area[i]),
            "share": int(area[i]) / labels.size,
            "box": list(boxes[label]),
            "center": [round(float(x[i]), 2), round(float(y[i]), 2)],
            "color": np.rint(color[i]).astype(int).tolist(),
            **{key: value for key, value in named.get(label, {}).items() if key != "label"},
        }
        for i, label in enumerate(found.tolist())
        if label
    ]

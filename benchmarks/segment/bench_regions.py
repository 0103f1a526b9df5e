import cv2
import imgmine as im
import numpy as np
import pytest
from skimage import measure

from .photo import otsu_mask, photo

SIZE = (1080, 1920)


def label_and_measure(mask):
    table = im.segment.regions(im.segment.label(mask)[0])
    return table.area, table.box, table.centroid


def same_tables(ours, theirs):
    """OpenCV may number components in another order; its boxes are left, top, width, height."""
    area, box, centroid = ours
    mine = np.column_stack([box[:, 1], box[:, 0], box[:, 3] - box[:, 1], box[:, 2] - box[:, 0]])
    mine = np.column_stack([mine, area, centroid[:, ::-1]])
    other = np.column_stack([theirs[2][1:], theirs[3][1:]])
    for table in (mine, other):
        table[:] = table[np.lexsort(table.T)]
    np.testing.assert_allclose(mine, other)


@pytest.mark.targets
def bench_label_and_measure(race, threads, data_dir):
    mask = otsu_mask(data_dir, *SIZE)
    race(
        lambda: label_and_measure(mask),
        {"opencv": lambda: cv2.connectedComponentsWithStats(mask, connectivity=4)},
        same_tables,
        moves=5 * mask.nbytes,
    )


@pytest.mark.parametrize("name", ["area", "perimeter", "axis_major_length", "area_convex", "mean"])
def bench_regions(race, threads, data_dir, name):
    labels, _ = im.segment.label(otsu_mask(data_dir, *SIZE))
    image = cv2.cvtColor(photo(data_dir, *SIZE), cv2.COLOR_RGB2GRAY) if name == "mean" else None
    theirs = "intensity_mean" if name == "mean" else name
    race(
        lambda: getattr(im.segment.regions(labels, image), name),
        {"skimage": lambda: measure.regionprops_table(labels, image, [theirs])[theirs]},
        lambda a, b: name == "area_convex" or np.testing.assert_allclose(a, b, atol=1e-6),
        turns=1,
    )

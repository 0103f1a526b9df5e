import imgmine as im
import numpy as np
import pytest
from skimage import data, graph, segmentation


def merged_by_skimage(image, labels):
    """Merge by mean color alone, which is what scikit-image has ready."""
    rag = graph.rag_mean_color(image, labels)
    return graph.merge_hierarchical(
        labels,
        rag,
        thresh=30,
        rag_copy=False,
        in_place_merge=True,
        merge_func=merge_means,
        weight_func=color_weight,
    )


def merge_means(rag, one, other):
    rag.nodes[other]["total color"] += rag.nodes[one]["total color"]
    rag.nodes[other]["pixel count"] += rag.nodes[one]["pixel count"]
    node = rag.nodes[other]
    node["mean color"] = node["total color"] / node["pixel count"]


def color_weight(rag, _, other, node):
    apart = rag.nodes[other]["mean color"] - rag.nodes[node]["mean color"]
    return {"weight": np.linalg.norm(apart)}


def both_cover(ours, theirs):
    """Measures differ, and so do regions; either has some."""
    assert ours.shape == theirs.shape
    assert ours.max() > 1


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_merge_regions(race, threads, size):
    image = im.geometry.resize(data.astronaut(), size)
    labels = segmentation.slic(image, 600)
    race(
        lambda: im.segment.merge_regions(image, labels),
        {"scikit-image, mean color": lambda: merged_by_skimage(image, labels)},
        both_cover,
        turns=5,
    )

import imgmine as im
import numpy as np
import pytest
from skimage import data, graph, segmentation


def agree(ours, theirs):
    assert len(ours) == theirs.number_of_edges()
    assert all(theirs.has_edge(int(a), int(b)) for a, b in ours.pairs)


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_region_adjacency(race, threads, size):
    """Return the pairs; scikit-image's graph has differences of RGB means, ours of L*a*b*."""
    image = im.geometry.resize(data.astronaut(), size)
    labels = segmentation.slic(image, 600).astype(np.int32)
    race(
        lambda: im.segment.region_adjacency(labels, image),
        {"scikit-image": lambda: graph.rag_mean_color(image, labels, connectivity=1)},
        agree,
        turns=5,
    )

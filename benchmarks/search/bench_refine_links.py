"""Links of hnswlib's graph chosen anew, beside the building of that graph."""

import numpy as np
import pytest
from imgmine import _core
from imgmine.search._codes import calibrate, encode
from imgmine.search._graph_builder import build_graph
from imgmine.search._refine_links import refine_links

from benchmarks.retrieval_data import clusters

pytestmark = pytest.mark.benchmark(group="links of 10,000 x 128")


@pytest.fixture(scope="module")
def vectors():
    return np.concatenate(list(clusters(10_000)))


def bench_hnswlib(benchmark, vectors):
    benchmark.pedantic(build_graph, (vectors, "l2", 16, 200, 1), rounds=1)


def bench_refine_links(benchmark, vectors):
    graph = build_graph(vectors, "l2", 16, 200, 1)
    order, links = _core.search.order_graph(graph.links, [graph.entry])
    offsets, scale, _ = calibrate(vectors, clip=True)
    codes = encode(vectors, offsets, scale)[order]
    found = benchmark(refine_links, links, codes, np.zeros(1, np.int32))
    assert found.shape == links.shape

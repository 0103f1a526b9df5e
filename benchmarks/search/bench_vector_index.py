"""Graph search of real SIFT vectors: python -m benchmarks.recall_qps runs all peers."""

import numpy as np
import pytest

from benchmarks import retrieval_data
from benchmarks.recall_qps import effort_for
from benchmarks.retrieval_peers import built


@pytest.fixture(scope="module")
def sift(data_dir):
    return retrieval_data.sift(data_dir)


@pytest.fixture(scope="module")
def indexes(sift):
    return {name: built(name, sift.base) for name in ("imgmine", "hnswlib")}


@pytest.mark.targets
@pytest.mark.parametrize("recall", [0.95, 0.99])
@pytest.mark.parametrize("batch", [True, False], ids=["batch", "single"])
def bench_vector_index(race, threads, sift, indexes, recall, batch):
    if threads > 1 and not batch:
        pytest.skip("one query is one thread's")
    calls = {}
    for name, index in indexes.items():
        effort = effort_for(index, sift, recall)
        index.set(effort, threads)
        calls[name] = lambda index=index: index.search(sift.queries, batch)
    ours = calls.pop("imgmine")
    race(ours, calls, lambda a, b: np.testing.assert_allclose(sift.recall(a), recall, atol=0.05))

"""Graphs that are built while an index is searched and changed."""

import threading

import imgmine.search._vector_index as vector_index
import numpy as np
import pytest
from imgmine.search import VectorIndex

SMALL = {"M": 4, "ef_construction": 20}


@pytest.fixture
def gate(monkeypatch):
    """Hold every graph back until it is set."""
    opened = threading.Event()
    make = vector_index.make_segment

    def wait_and_make(*args, **options):
        assert opened.wait(30)
        return make(*args, **options)

    monkeypatch.setattr(vector_index, "make_segment", wait_and_make)
    yield opened
    opened.set()


def numbers(n, first=0):
    return np.arange(first, first + n, dtype=np.float32)[:, np.newaxis] * [1, 2]


def test_what_changes_while_a_graph_is_built(gate):
    index = VectorIndex(2, max_tail=100, background=True, **SMALL)
    index.add(numbers(150).astype(np.float32))
    assert index.n_segments == 0  # being built
    index.remove([3, 4])
    index.update([5], np.float32([[-7, -7]]))
    index.add(numbers(20, 150).astype(np.float32))
    index.remove([160])
    index.add(np.float32([[500, 1000]]), ids=[3])
    assert index.search([500, 1000], 1).ids.tolist() == [3]
    gate.set()
    index.wait()
    assert index.n_segments == 1
    left = sorted({*range(170)} - {4, 160})
    assert index.ids.tolist() == left
    assert index.get([3, 5, 150, 10]).tolist() == [[500, 1000], [-7, -7], [150, 300], [10, 20]]
    for i in (0, 10, 149, 150, 169):
        assert index.search([i, 2 * i], 1).ids.tolist() == [i]
    assert index.search([4, 8], 3, ef=100).ids.tolist() == [2, 6, 1]
    index.compact()
    assert index.ids.tolist() == left
    assert index.search([4, 8], 3, ef=100).ids.tolist() == [2, 6, 1]


def test_a_tail_that_grows_too_fast_waits(gate):
    index = VectorIndex(2, max_tail=100, background=True, **SMALL)
    index.add(numbers(399).astype(np.float32))
    adding = threading.Thread(target=index.add, args=(numbers(1, 399).astype(np.float32),))
    adding.start()
    adding.join(0.2)
    assert adding.is_alive()
    assert len(index) == 400
    gate.set()
    adding.join(30)
    assert not adding.is_alive()
    index.compact()
    assert index.n_segments == 1
    assert len(index) == 400


def test_what_goes_wrong_in_the_background_is_told(monkeypatch):
    def fail(*args, **options):
        raise MemoryError("no room for a graph")

    with monkeypatch.context() as patch:
        patch.setattr(vector_index, "make_segment", fail)
        index = VectorIndex(2, max_tail=100, background=True, **SMALL)
        index.add(numbers(120).astype(np.float32))
        with pytest.raises(MemoryError, match="no room"):
            index.wait()
    assert index.search([7, 14], 1).ids.tolist() == [7]
    index.add(numbers(1, 120).astype(np.float32))
    index.wait()
    assert index.n_segments == 1
    assert len(index) == 121


def test_compacting_what_is_compact_builds_nothing(monkeypatch):
    index = VectorIndex(2, max_tail=100, **SMALL)
    index.add(numbers(150).astype(np.float32))
    monkeypatch.setattr(vector_index, "make_segment", None)
    index.compact()
    assert index.n_segments == 1
    monkeypatch.undo()
    index.remove([0])
    index.compact()
    assert len(index) == 149
    assert 0 not in index


def test_segments_fall_by_halves():
    index = VectorIndex(2, max_tail=100, **SMALL)
    for first in range(0, 1500, 100):
        index.add(numbers(100, first).astype(np.float32))
    assert index.n_segments == 4  # 800, 400, 200, 100
    assert len(index) == 1500
    assert index.search([1234, 2468], 1).ids.tolist() == [1234]


@pytest.mark.parametrize("order", [1, -1])
def test_equal_distances_in_the_tail_come_by_id(order):
    ids = np.arange(64)[::order]
    index = VectorIndex(3)
    index.add(np.ones((64, 3), np.float32), ids=ids)
    for queries in (np.ones(3, np.float32), np.ones((40, 3), np.float32)):
        found = np.atleast_2d(index.search(queries, 7).ids)
        assert (found == np.arange(7)).all()


def test_filters_made_ready_for_each_query():
    index = VectorIndex(2)
    index.add(numbers(50).astype(np.float32))
    even = index.filter(np.arange(0, 50, 2))
    queries = numbers(3, 11).astype(np.float32)
    found = index.search(queries, 2, allowed=[even, None, [3, 40]])
    assert found.ids.tolist() == [[10, 12], [12, 11], [3, 40]]
    with pytest.raises(ValueError, match="one filter per query, got 1 for 3"):
        index.search(queries, 2, allowed=[even])

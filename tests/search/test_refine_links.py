"""Links chosen anew: by their definition, and what must hold whatever the graph is."""

import imgmine
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imgmine import _core
from imgmine.search import VectorIndex
from imgmine.search._graph_builder import Stopped
from imgmine.search._refine_links import refine_links

pytestmark = pytest.mark.usefixtures("cpu_level", "n_threads")

refine = _core.search.refine_links


def nothing():
    pass


def padded(rows, degree):
    links = np.full((len(rows), degree), -1, np.int32)
    for row, some in zip(links, rows, strict=True):
        row[: len(some)] = some
    return links


def graph(n, degree, seed, values=256):
    """Codes of so many values, each row linked with the next and some others."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, values, (n, 32), np.uint8)
    links = rng.integers(0, n, (n, degree), np.int32)
    links[:, 0] = (np.arange(n) + 1) % n
    return links, codes


def pruned(row, rows, squares, most):
    """Rows that no chosen, nearer one is nearer to; then those that none is nearer to by far."""
    order = sorted(set(rows) - {row}, key=lambda other: (squares[row, other], other))
    same = [other for other in order if squares[row, other] == 0]
    if len(same) > most // 2:
        same = sorted(same, key=lambda other: (other < row, other))[: most // 2]
        order = same + [other for other in order if squares[row, other] > 0]
    chosen = []
    for factor in (1.0, 1.2):
        for i, other in enumerate(order):
            between = squares[other, [one for one in order[:i] if one in chosen]]
            is_free = (factor * between >= squares[row, other] - 1e-9).all()
            if len(chosen) < most and other not in chosen and is_free:
                chosen.append(other)
    return chosen


def reference(codes, degree):
    """Links where a search comes through all rows: they are all candidates."""
    n = len(codes)
    squares = ((codes[:, None].astype(np.int64) - codes[None]) ** 2).sum(2)
    first = [pruned(row, range(n), squares, degree) for row in range(n)]
    links = []
    for row in range(n):
        rows = first[row] + [other for other in range(n) if row in first[other]]
        fits = len(set(rows)) <= degree
        links.append(set(rows) if fits else set(pruned(row, rows, squares, degree)))
    return links


def reached(links, entries):
    seen = np.zeros(len(links), bool)
    rows = np.unique(entries)
    while len(rows):
        seen[rows] = True
        rows = np.unique(links[rows])
        rows = rows[rows >= 0]
        rows = rows[~seen[rows]]
    return int(seen.sum())


def assert_valid(links):
    n = len(links)
    for row, found in enumerate(links.tolist()):
        some = found[: found.index(-1)] if -1 in found else found
        assert set(found[len(some) :]) <= {-1}
        assert len(set(some)) == len(some)
        assert all(0 <= one < n and one != row for one in some)


@given(st.integers(2, 60), st.integers(2, 12), st.integers(0, 99), st.sampled_from([2, 4, 256]))
def test_matches_reference(n, degree, seed, values):
    links, codes = graph(n, degree, seed, values)
    found = refine(links, codes, np.array([0], np.int32), nothing)
    assert_valid(found)
    expected = reference(codes, degree)
    rows = padded([sorted(some) for some in expected], degree)
    if reached(rows, [0]) == n:  # else some links are put elsewhere
        assert [set(row) - {-1} for row in found.tolist()] == expected


def test_copies():
    codes = np.repeat(graph(10, 4, 0)[1], 30, axis=0)
    found = refine(graph(300, 8, 1)[0], codes, np.array([3], np.int32), nothing)
    assert_valid(found)
    assert reached(found, [3]) == 300
    of_itself = (found // 30 == np.arange(300)[:, None] // 30) & (found >= 0)
    assert (~of_itself & (found >= 0)).any(1).mean() > 0.9  # ways out are left


@pytest.mark.parametrize("n", [0, 1, 2, 3, 500])
@pytest.mark.parametrize("degree", [0, 1, 4])
def test_equal_rows(n, degree):
    links = np.full((n, degree), -1, np.int32)
    links[:, :1] = (np.arange(n)[:, None] + 1) % max(n, 1)
    found = refine(links, np.zeros((n, 32), np.uint8), np.zeros(min(n, 1), np.int32), nothing)
    assert found.shape == (n, degree)
    assert_valid(found)
    assert reached(found, [0][:n]) >= reached(links, [0][:n])


@given(st.integers(0, 99), st.integers(1, 200))
def test_links_and_entries_of_any_kind(seed, n):
    rng = np.random.default_rng(seed)
    links = rng.integers(-(2**31), 2**31, (n, 6), np.int32)
    few = rng.random((n, 6)) < 0.8
    links[few] = rng.integers(-1, n, few.sum())
    codes = rng.integers(0, 256, (n, 64), np.uint8)
    entries = np.array([0, n, -1, 2**31 - 1, 0], np.int32)
    assert_valid(refine(links, codes, entries, nothing))
    assert_valid(refine(links, codes, entries[:0], nothing))


def test_all_can_be_reached():
    rng = np.random.default_rng(0)
    codes = (rng.integers(0, 5, (2000, 1)) * 50 + rng.integers(0, 9, (2000, 32))).astype(np.uint8)
    links = graph(2000, 6, 1)[0]
    found = refine(links, codes, np.array([5], np.int32), nothing)
    assert_valid(found)
    assert reached(found, [5]) == 2000


def test_same_on_every_level_and_number_of_threads():
    links, codes = graph(3000, 16, 2, 20)
    entries = np.array([1, 2000], np.int32)
    found = refine(links, codes, entries, nothing)
    level, threads = imgmine.cpu_level(), imgmine.num_threads()
    for other in imgmine.cpu_levels():
        for n in (1, 2, 5):
            imgmine.set_cpu_level(other)
            imgmine.set_num_threads(n)
            assert np.array_equal(refine(links, codes, entries, nothing), found)
    imgmine.set_cpu_level(level)
    imgmine.set_num_threads(threads)


def test_is_stopped_when_no_longer_wanted():
    assert_valid(refine_links(*graph(10, 4, 0), np.array([0], np.int32), lambda: False))
    with pytest.raises(Stopped):
        refine_links(*graph(10, 4, 0), np.array([0], np.int32), lambda: True)


def test_can_be_ended():
    class EndedError(Exception):
        pass

    def end():
        raise EndedError

    with pytest.raises(EndedError):
        refine(*graph(10, 4, 0), np.array([0], np.int32), end)


def test_arrays_that_do_not_fit():
    links, codes = graph(10, 4, 0)
    entries = np.array([0], np.int32)
    for other in (codes[:9], codes[:, :31]):
        with pytest.raises(ValueError, match="codes must be rows of whole blocks"):
            refine(links, other, entries, nothing)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_finds_more_with_the_same_effort(metric, monkeypatch):
    rng = np.random.default_rng(5)
    centers, spread = rng.normal(size=(400, 32)), rng.normal(size=(400, 8, 32)) / 4
    which = rng.integers(400, size=4300)
    rows = centers[which] + np.einsum("nd,ndk->nk", rng.normal(size=(4300, 8)), spread[which])
    rows = (rows + 0.1 * rng.normal(size=rows.shape)).astype(np.float32)

    def recall():
        index = VectorIndex(32, metric, max_tail=1000, M=4, ef_construction=60, deterministic=True)
        index.add(rows[:4000])
        expected = index.search(rows[4000:], 10, exact=True).ids
        found = index.search(rows[4000:], 10, ef=10).ids
        return np.mean([np.isin(a, b).mean() for a, b in zip(found, expected, strict=True)])

    refined = recall()
    monkeypatch.setattr("imgmine.search._parts.refine_links", lambda links, *others: links)
    assert refined > recall() + 0.03

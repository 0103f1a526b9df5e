"""The files of vectors beside a catalogue: searched instead of the database, and never missed."""

import os
import random
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import ImageIndex
from imgmine.collection import _catalog, _filing, _part_file, _plan
from imgmine.collection._upkeep import CheckReport
from imgmine.features import Recipe
from imgmine.similarity import top_k

RECIPE = Recipe.named("histogram")
SIZE = RECIPE.size
METRICS = ["euclidean", "cosine", "inner_product", "pearson", "l1", "chi2", "intersection"]


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    """Let few pictures be many."""
    monkeypatch.setattr(_plan, "FEW", 10)
    monkeypatch.setattr(_plan, "SMALL", 60)


def vectors_of(seeds):
    rows = [np.random.default_rng(seed).random(SIZE, np.float32) for seed in seeds]
    return np.array(rows, np.float32).reshape(-1, SIZE)


def put(index, seeds, names=None):
    """Do what `add` does with pictures of such vectors."""
    names = [f"picture {seed}" for seed in seeds] if names is None else names
    rows = [
        _catalog.Row(name, None, None, f"label {seed % 3}", vector.tobytes())
        for name, seed, vector in zip(names, seeds, vectors_of(seeds), strict=True)
    ]
    index._database.write(lambda c: _catalog.put(c, rows, _catalog.next_revision(c)))
    index._filer.file_new()


def files(folder):
    return sorted(path for path in folder.iterdir() if path.suffix == ".imgmine")


def listed(index):
    return _part_file.listed(index._database.read(_catalog.state_of)[1])


def kinds(index):
    """Tell of each file that counts how many pictures are in it, and "graph" or "flat"."""
    parts = index._places[0].chain(index._database.read(_catalog.state_of)[1])
    return [(len(p.source.ids), "flat" if p.source.exact else "graph") for p in parts]


def assert_right(index, expected, seed=0, approximate=False):
    """Compare all that an index tells with a dict of id to (path, seed)."""
    ids = sorted(expected)
    assert len(index) == len(ids)
    query = vectors_of([10**6 + seed, expected[ids[0]][1] if ids else 0])
    vectors = vectors_of([expected[i][1] for i in ids])
    for chosen in (None, f"label {seed % 3}"):
        rows = [r for r, i in enumerate(ids) if chosen in (None, f"label {expected[i][1] % 3}")]
        found, scores = top_k(query, vectors[rows], min(7, len(rows)), index.metric)
        for exact in (True, False) if approximate else (True,):
            lists = index.search_vectors(query, 7, label=chosen, exact=exact)
            for hits, places, values in zip(lists, found, scores, strict=True):
                assert [hit.id for hit in hits] == [ids[rows[i]] for i in places]
                assert [hit.path for hit in hits] == [expected[hit.id][0] for hit in hits]
                assert [hit.score for hit in hits] == values.tolist()
    assert index.ids.tolist() == ids
    assert index.paths() == [expected[i][0] for i in ids]
    assert index.labels() == [f"label {expected[i][1] % 3}" for i in ids]
    np.testing.assert_array_equal(index.vectors(), vectors)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n", [0, 9, 30, 200])
def test_as_exact_as_without_files(tmp_path, metric, n):
    with ImageIndex.open(tmp_path, "histogram", metric=metric) as index:
        put(index, range(n))
        index._filer.finish()
        assert len(files(tmp_path)) == (n > 9)
        if n == 200:
            assert kinds(index) == [(n, "graph" if metric in METRICS[:4] else "flat")]
        expected = {i + 1: (f"picture {i}", i) for i in range(n)}
        assert_right(index, expected, approximate=True)
        with ImageIndex.open(tmp_path, mode="r") as reader:
            assert_right(reader, expected, approximate=True)
        index.compact()
        assert_right(index, expected)
        assert index.check() == CheckReport(n)


def test_without_hnswlib(tmp_path, monkeypatch):
    monkeypatch.setattr(_plan, "is_available", lambda: False)
    with ImageIndex.open(tmp_path, "histogram") as index:
        for start in range(0, 300, 30):
            put(index, range(start, start + 30))
        assert all(kind == "flat" for _, kind in kinds(index))
        assert len(kinds(index)) <= 4
        assert_right(index, {i + 1: (f"picture {i}", i) for i in range(300)})
        index.compact()
        assert kinds(index) == [(300, "flat")]


def test_vectors_that_no_graph_can_hold(tmp_path):
    with ImageIndex.open(tmp_path, "histogram") as index:
        rows = [_catalog.Row("nan", None, None, None, np.full(SIZE, np.nan, "<f4").tobytes())]
        index._database.write(lambda c: _catalog.put(c, rows, _catalog.next_revision(c)))
        put(index, range(100))
        index._filer.finish()
        assert kinds(index) == [(101, "flat")]
        put(index, range(100, 120))
        index._filer.finish()
        assert sum(n for n, _ in kinds(index)) == 120 + 1
        assert index.search_vectors(vectors_of([7]), 1)[0][0].path == "picture 7"


def test_a_new_file_absorbs_smaller_ones(tmp_path):
    with ImageIndex.open(tmp_path, "histogram") as index:
        for start in range(0, 1500, 15):
            put(index, range(start, start + 15))
            index._filer.finish()
            assert len(kinds(index)) <= 7
            assert [path.name for path in files(tmp_path)] == sorted(e.name for e in listed(index))
        assert sum(n for n, _ in kinds(index)) >= 1500 - 10
        assert_right(index, {i + 1: (f"picture {i}", i) for i in range(1500)})


@pytest.mark.parametrize("metric", ["cosine", "l1"])
def test_pictures_that_change_or_go(tmp_path, metric):
    expected = {i + 1: (f"picture {i}", i) for i in range(300)}
    with ImageIndex.open(tmp_path, "histogram", metric=metric) as index:
        put(index, range(300))
        index._filer.finish()
        reader = ImageIndex.open(tmp_path, mode="r")
        for seed in range(0, 250, 25):
            names = [f"picture {i}" for i in range(seed, seed + 9)]
            put(index, range(1000 + seed, 1009 + seed), names)
            expected.update({seed + i + 1: (names[i], 1000 + seed + i) for i in range(9)})
            gone = range(seed + 5, seed + 17)
            assert index.remove(list(gone)) == 12
            expected = {i: row for i, row in expected.items() if i not in gone}
            assert_right(index, expected, seed)
            assert_right(reader, expected, seed)
        with ImageIndex.open(tmp_path, mode="r") as again:
            assert_right(again, expected)
        index.compact()
        assert_right(index, expected)
        assert_right(reader, expected)
        reader.close()


def test_a_graph_that_is_finished_after_others_have_gone_on(tmp_path, monkeypatch):
    """Ids that are dead in an old file and alive in a newer one stay alive."""
    expected = {i + 1: (f"picture {i}", i) for i in range(300)}
    built, go_on = threading.Event(), threading.Event()
    graph_of = _filing.Filer._graph_of

    def wait(*arguments):
        graph = graph_of(*arguments)
        built.set()
        assert go_on.wait(60)
        return graph

    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(300))
        index._filer.finish()
        monkeypatch.setattr(_filing.Filer, "_graph_of", wait)
        for seed in (0, 100):
            names = [f"picture {i}" for i in range(seed, seed + 80)]
            put(index, range(1000 + seed, 1080 + seed), names)
            expected.update({seed + i + 1: (names[i], 1000 + seed + i) for i in range(80)})
            assert built.wait(60)
            index.remove(list(range(seed + 71, seed + 96)))
            expected = {i: row for i, row in expected.items() if not seed + 71 <= i < seed + 96}
            assert_right(index, expected, seed)
        assert [kind for _, kind in kinds(index)] == ["graph", "flat", "flat", "flat", "flat"]
        go_on.set()
        index._filer.finish()
        assert [kind for _, kind in kinds(index)][1:] != ["flat"] * 4
        assert_right(index, expected)
        for seed in range(2000, 2060, 20):  # absorb those that have rows of the graph, too
            put(index, range(seed, seed + 20), [f"picture {i}" for i in range(200, 220)])
            expected.update({201 + i: (f"picture {200 + i}", seed + i) for i in range(20)})
            index._filer.finish()
            assert_right(index, expected)
        with ImageIndex.open(tmp_path, mode="r") as again:
            assert_right(again, expected)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 90)),
        st.tuples(st.just("change"), st.integers(0, 10**6)),
        st.tuples(st.just("remove"), st.integers(0, 10**6)),
        st.tuples(st.just("erase"), st.integers(0, 10**6)),
        st.tuples(st.just("annotate"), st.integers(0, 10**6)),
        *[st.tuples(st.just(name), st.just(0)) for name in ("compact", "rebuild", "reopen")],
        st.tuples(st.just("damage"), st.integers(0, 10**6)),
    ),
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(metric=st.sampled_from(["euclidean", "pearson", "chi2"]), steps=STEPS)
def test_against_a_dict(tmp_path_factory, metric, steps):
    """Whatever happens to a catalogue and its files, a reader and the writer find the same."""
    folder = tmp_path_factory.mktemp("c")
    index = ImageIndex.open(folder, "histogram", metric=metric)
    reader = ImageIndex.open(folder, mode="r")
    expected, next_id, seed = {}, 1, 0
    for number, (step, value) in enumerate(steps):
        random_ = random.Random(value)
        some = random_.sample(sorted(expected), random_.randint(0, len(expected)))
        some = some[: random_.choice([1, 5, 50])]
        if step == "put":
            put(index, range(seed, seed + value))
            for i in range(value):
                expected[next_id + i] = f"picture {seed + i}", seed + i
            next_id, seed = next_id + value, seed + value
        elif step == "change" and some:
            put(index, range(seed, seed + len(some)), [expected[i][0] for i in some])
            expected.update({i: (expected[i][0], seed + j) for j, i in enumerate(some)})
            next_id, seed = max(expected) + 1 + len(some), seed + len(some)
            next_id = index._database.read(next_of)
        elif step in ("remove", "erase"):
            assert getattr(index, step)(some) == len(some)
            expected = {i: row for i, row in expected.items() if i not in some}
        elif step == "annotate":
            index.annotate(some, tags=[f"tag {number}"])
        elif step in ("compact", "rebuild"):
            getattr(index, step)()
        elif step == "damage":
            damage(index, random_)
        if step in ("reopen", "damage"):
            index.close()
            index = ImageIndex.open(folder)
        assert_right(index, expected, number)
        if random_.random() < 0.7:
            assert_right(reader, expected, number)
        next_id = index._database.read(next_of)
    index._filer._is_awaited = True
    index.close()
    with ImageIndex.open(folder, mode="r") as again:
        assert_right(again, expected)
        assert again.check() == CheckReport(len(expected))
    reader.close()


def next_of(connection):
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'images'").fetchone()
    return (row[0] if row else 0) + 1


def damage(index, random_):
    """Delete, cut or change one of the files in a way that opening it tells."""
    index.close()
    found = files(index.path)
    if not found:
        return
    path, kind = random_.choice(found), random_.randrange(3)
    data = bytearray(path.read_bytes())
    path.unlink()
    if kind:
        data[random_.randrange(200)] ^= 1 << random_.randrange(8)
        path.write_bytes(data if kind == 1 else data[: random_.randrange(len(data))])


@pytest.mark.parametrize("how", ["deleted", "cut", "flipped", "another", "empty", "a folder"])
def test_damaged_files_are_made_anew(tmp_path, how):
    expected = {i + 1: (f"picture {i}", i) for i in range(100)}
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(100))
    (file,) = files(tmp_path)
    data = file.read_bytes()
    file.unlink()
    if how == "a folder":
        file.mkdir()
    elif how != "deleted":
        flipped = data[:70] + bytes([data[70] ^ 4]) + data[71:]
        contents = {"cut": data[:-1], "flipped": flipped, "another": b"x" * len(data), "empty": b""}
        file.write_bytes(contents[how])
    with ImageIndex.open(tmp_path, mode="r") as reader:
        assert_right(reader, expected)
        assert [file.name in problem for problem in reader.check().problems] == [True]
        with ImageIndex.open(tmp_path) as index:
            assert_right(index, expected)
            index._filer._join()
            assert index.check() == CheckReport(100)
            assert kinds(index) == [(100, "graph")]
        assert_right(reader, expected)
        assert reader.check().ok
    if how != "a folder":
        assert not file.exists()


@pytest.mark.parametrize("small", [60, 10**6])
def test_flipped_bits_anywhere_give_no_wrong_scores(tmp_path, monkeypatch, small):
    """What opening does not notice, `vectors` and `check` do; scores are the database's."""
    monkeypatch.setattr(_plan, "SMALL", small)
    expected = {i + 1: (f"picture {i}", i) for i in range(100)}
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(100))
    (file,) = files(tmp_path)
    data, random_, query = file.read_bytes(), random.Random(0), vectors_of([5])
    scores = top_k(query, vectors_of(range(100)), 100)
    right = dict(zip((scores[0][0] + 1).tolist(), scores[1][0].tolist(), strict=True))
    for _ in range(60):
        damaged = bytearray(data)
        damaged[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        file.write_bytes(damaged)
        with ImageIndex.open(tmp_path, mode="r") as index:
            for hit in index.search_vectors(query, 5)[0]:
                assert hit.path == expected[hit.id][0]
                assert hit.score == right[hit.id]
            np.testing.assert_array_equal(index.vectors(), vectors_of(range(100)))
            assert [file.name in problem for problem in index.check().problems] == [True]
    file.write_bytes(data)
    with ImageIndex.open(tmp_path, mode="r") as index:
        assert index.check().ok


def test_a_file_that_tells_of_pictures_that_there_are_not(tmp_path):
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(30))
        (entry,) = listed(index)
        ids = np.arange(30, dtype=np.int64) + 7
        none = np.empty(0, np.int64)
        other = _part_file.write(tmp_path, ids, none, vectors_of(range(30)), entry.last)
        index._database.write(lambda c: _catalog.put_listing(c, _part_file.as_listing([other])))
        expected = {i + 1: (f"picture {i}", i) for i in range(30)}
        hits = index.search_vectors(vectors_of([29]), 30)[0]
        assert {hit.id: hit.path for hit in hits} == {i: row[0] for i, row in expected.items()}
        assert_right(index, expected)
        put(index, [99], ["picture 0"])
        assert index.search_vectors(vectors_of([99]), 1)[0][0].id == 1
        assert entry.name != listed(index)[0].name != other.name
        assert index.check().ok


LISTINGS = (
    "",
    "[]",
    "{}",
    "nonsense",
    "[[1]]",
    '[["vectors-0000000000000000.imgmine", 1, 1, 1, 1]]',
    '[["../../vectors-0000000000000000.imgmine", 1, 1, 1, 1]]',
    "[" * 10**5,
    '["abcde"]',
)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing[:20])
def test_damaged_lists_are_no_hindrance(tmp_path, listing):
    expected = {i + 1: (f"picture {i}", i) for i in range(30)}
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(30))
        index._database.write(lambda c: _catalog.put_listing(c, listing))
    with ImageIndex.open(tmp_path, mode="r") as reader:
        assert_right(reader, expected)
    with ImageIndex.open(tmp_path) as index:
        index._filer._join()
        assert_right(index, expected)
        assert kinds(index) == [(30, "flat")]
        assert index.check().ok


def test_erased_vectors_are_in_no_file(tmp_path):
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(100))
        index._filer.finish()
        trace = vectors_of([7])[0].tobytes()
        old = files(tmp_path)
        leftover = tmp_path / "vectors-0123456789abcdef.imgmine"
        leftover.write_bytes(trace)
        assert any(trace[:64] in file.read_bytes() for file in old)
        assert index.erase("picture 7") == 1
        for file in tmp_path.iterdir():
            assert trace[:64] not in file.read_bytes()
        index._filer.finish()
        assert [path for path in files(tmp_path) if path in [*old, leftover]] == []
        assert kinds(index) == [(99, "graph")]
        for file in tmp_path.iterdir():
            assert trace[:64] not in file.read_bytes()
        assert index.check().ok


def test_nothing_erased_comes_back_by_a_file_in_the_making(tmp_path, monkeypatch):
    """Another process reads, then a picture is erased, then that process is done."""
    with ImageIndex.open(tmp_path, "histogram") as index:
        put(index, range(9))
        write = _part_file.write

        def erase_meanwhile(*arguments):
            monkeypatch.setattr(_part_file, "write", write)
            entry = write(*arguments)
            with ImageIndex.open(tmp_path) as other:
                other.erase("picture 3")
            return entry

        monkeypatch.setattr(_part_file, "write", erase_meanwhile)
        put(index, range(9, 30))
        trace = vectors_of([3])[0].tobytes()[:64]
        assert all(trace not in file.read_bytes() for file in tmp_path.iterdir())
        assert [path.name for path in files(tmp_path)] == [e.name for e in listed(index)]
        expected = {i + 1: (f"picture {i}", i) for i in range(30) if i != 3}
        assert_right(index, expected)


def test_leftovers_are_deleted_when_they_are_old(tmp_path):
    young, old = (tmp_path / f"vectors-000000000000000{i}.imgmine" for i in range(2))
    other = tmp_path / "vectors-of-mine.imgmine"
    ImageIndex.open(tmp_path, "histogram").close()
    for path in (young, old, other):
        path.write_bytes(b"half")
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago, hour_ago))
    with ImageIndex.open(tmp_path, mode="r") as index:
        assert index.check().problems == (f"{old.name} is left of a process that was killed",)
    with ImageIndex.open(tmp_path) as index:
        index._filer._join()
        assert index.check().ok
        assert files(tmp_path) == [young, other]
        assert index.rebuild().ok
        assert files(tmp_path) == [other]


def test_a_disk_that_is_full_only_costs_time(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    with ImageIndex.open(tmp_path, "histogram") as index:
        monkeypatch.setattr(_part_file, "create_file_by_parts", fail)
        put(index, range(100))
        index._filer.finish()
        assert files(tmp_path) == []
        assert_right(index, {i + 1: (f"picture {i}", i) for i in range(100)})
        with pytest.raises(OSError, match="No space"):
            index.compact()
        monkeypatch.undo()


def test_closing_ends_what_goes_on_in_the_background(tmp_path, monkeypatch):
    with ImageIndex.open(tmp_path, "histogram") as index:
        monkeypatch.setattr(_plan, "SMALL", 10**9)
        put(index, range(3000))
        monkeypatch.setattr(_plan, "SMALL", 60)
        index._filer.heal()
        thread = index._filer._thread
        assert thread.is_alive()
    assert not thread.is_alive()
    with ImageIndex.open(tmp_path, mode="r") as index:
        assert index.check().ok


def test_wrong_vectors(tmp_path):
    with ImageIndex.open(tmp_path, "histogram") as index:
        for wrong, error in ((np.zeros((1, 3), np.float32), ValueError), ("abc", TypeError)):
            with pytest.raises(error, match="vectors must"):
                index.search_vectors(wrong)
        with pytest.raises(TypeError, match="exact"):
            index.search_vectors(vectors_of([1]), exact=1)
        assert index.search_vectors(vectors_of([1, 2]))[1].query is None
    with ImageIndex.open(tmp_path, mode="r") as reader, pytest.raises(ValueError, match="mode='r'"):
        reader.compact()

"""Files of vectors while several processes use a catalogue, and when one is killed."""

import os
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.collection import _catalog, _plan
from imgmine.features import Recipe

KILLS = int(os.environ.get("IMGMINE_TEST_KILLS", "6"))
SIZE = Recipe.named("histogram").size

# In each turn a new picture comes, one changes, one goes, all in one commit; vectors are those of
# the turn in which they were written. After turn t the pictures are those of t, t-1, ..., t-149.
WRITER = """
import sys
import numpy as np
from imgmine import ImageIndex
from imgmine.collection import _catalog, _plan

_plan.FEW, _plan.SMALL = 8, 40

def vector(turn):
    return np.random.default_rng(turn).random(int(sys.argv[4]), np.float32).tobytes()

def commit(connection, turn):
    revision = _catalog.next_revision(connection)
    rows = [_catalog.Row(f"{turn}", None, None, turn, vector(turn))]
    if turn % 7 == 0 and turn > 2:
        rows.append(_catalog.Row(f"{turn - 3}", None, None, turn - 3, vector(turn - 3)))
    _catalog.put(connection, rows, revision)
    _catalog.remove(connection, [f"{turn - 150}"])

with ImageIndex.open(sys.argv[1], "histogram") as index:
    first = max(map(int, index.paths()), default=-1) + 1
    print("ready", flush=True)
    for turn in range(first, first + int(sys.argv[2])):
        index._database.write(lambda connection: commit(connection, turn))
        print(turn, flush=True)
        index._filer.file_new()
        if turn % int(sys.argv[3]) == 0:
            index.compact()
        if turn % 97 == 96 and turn > 150:
            index.erase(f"{turn - 149}")
            again = [_catalog.Row(f"{turn - 149}", None, None, turn - 149, vector(turn - 149))]
            index._database.write(
                lambda connection: _catalog.put(
                    connection, again, _catalog.next_revision(connection)
                )
            )
print("done", flush=True)
"""


@pytest.fixture
def start(tmp_path):
    """Return what starts the writer on a catalogue in `tmp_path`."""
    ImageIndex.open(tmp_path, "histogram").close()
    processes = []
    yield lambda *options: processes.append(started(tmp_path, *options)) or processes[-1]
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def started(folder, turns, compact):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(turns), str(compact), str(SIZE)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.readline() == "ready\n"
    return process


def vectors_of(turns):
    rows = [np.random.default_rng(turn).random(SIZE, np.float32) for turn in turns]
    return np.array(rows, np.float32).reshape(-1, SIZE)


@pytest.fixture(autouse=True)
def small_files(monkeypatch):
    monkeypatch.setattr(_plan, "FEW", 8)
    monkeypatch.setattr(_plan, "SMALL", 40)


def turns_in(index, k=200):
    """Search for everything; what is found must be one committed state, whichever."""
    hits = index.search_vectors(vectors_of([10**6]), k, exact=True)[0]
    turns = sorted(int(hit.path) for hit in hits)
    assert [hit.label for hit in hits] == [int(hit.path) for hit in hits]
    assert len({hit.id for hit in hits}) == len(hits)
    if turns:
        # One erased picture may be away for a moment, and come again.
        wanted = set(range(max(turns[-1] - 149, 0), turns[-1] + 1))
        missing = wanted - set(turns)
        assert set(turns) <= wanted
        assert len(missing) <= 1
        query = vectors_of([10**6])[0]
        scores = np.linalg.norm(vectors_of([hit.label for hit in hits]) - query, axis=1)
        np.testing.assert_allclose([hit.score for hit in hits], scores, rtol=1e-4)
    return turns


def problems_of(index):
    """Tell what is wrong; an erasure that goes on or was stopped is not."""
    return [x for x in index.check().problems if "erasing was interrupted" not in x]


def test_readers_while_another_process_writes_and_compacts(start, tmp_path):
    process = start(400, 60)
    seen = [0]
    with ImageIndex.open(tmp_path, mode="r") as reader:
        while process.poll() is None:
            turns = turns_in(reader)
            seen.append(turns[-1] if turns else 0)
            with ImageIndex.open(tmp_path, mode="r") as other:
                assert turns_in(other)[-1:] >= turns[-1:]
                assert problems_of(other) == []
        assert process.communicate(timeout=60)[0].endswith("done\n")
        assert seen == sorted(seen)
        assert len(set(seen)) > 5
        assert turns_in(reader)[-1] == 399
    with ImageIndex.open(tmp_path) as index:
        assert turns_in(index)[-1] == 399
        assert index.check().ok


def test_two_processes_that_write_and_compact(start, tmp_path):
    """Each takes away the other's files; neither fails, and nothing is lost."""
    process = start(150, 10)
    with ImageIndex.open(tmp_path) as index:
        while process.poll() is None:
            rows = [_catalog.Row("mine", None, None, None, vectors_of([10**7])[0].tobytes())]
            index._database.write(
                lambda c, rows=rows: _catalog.put(c, rows, _catalog.next_revision(c))
            )
            index.compact()
            index.remove("mine")
            turns_in(index)
        assert process.communicate()[0].endswith("done\n")
        assert turns_in(index)[-1] == 149
        index._filer._join()
        assert index.check().ok


def test_killed_while_writing_files(start, tmp_path):
    """Nothing committed is lost; leftovers are taken away; all is as before without the files."""
    random_ = random.Random(0)
    for _ in range(KILLS):
        process = start(10**6, random_.choice([3, 30]))
        time.sleep(random_.uniform(0, 1))
        process.kill()
        said = [int(line) for line in process.communicate()[0].split()]
        with ImageIndex.open(tmp_path, mode="r") as reader:
            turns = turns_in(reader)
            assert not said or turns[-1] in (said[-1], said[-1] + 1)
            assert problems_of(reader) == []
        with ImageIndex.open(tmp_path) as index:
            assert turns_in(index) == turns
            index._filer._join()
            assert index.check().ok
            assert turns_in(index) == turns
    for path in tmp_path.glob("vectors-*"):
        os.utime(path, (0, 0))
    with ImageIndex.open(tmp_path) as index:
        index._filer.heal()
        index._filer._join()
        listing = index._database.read(_catalog.state_of)[1]
        assert all(path.name in listing for path in tmp_path.glob("vectors-*"))
        assert turns_in(index) == turns

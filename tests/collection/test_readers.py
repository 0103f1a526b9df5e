"""Several processes search a catalogue while another one changes it."""

import contextlib
import functools
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.features import ColorHistogram, Recipe

RECIPE = Recipe([ColorHistogram(bins=(4, 2, 2))])
BATCH, TURNS = 12, 18

PICTURES = """
import numpy as np

def pictures(seed, n):
    rng = np.random.default_rng(seed)
    return {f"{seed} {i}": rng.integers(0, 256, (6, 8, 3), np.uint8) for i in range(n)}
"""

# Adds a batch, or removes one, whole: each in one commit.
WRITER = """
import sys
import imgmine
from imgmine.collection import _add
batch, turns = map(int, sys.argv[2:])
_add._COMMIT_SECONDS = 60  # however busy the machine is, a batch is committed whole
with imgmine.ImageIndex.open(sys.argv[1]) as index:
    for turn in range(1, turns):
        index.add(pictures(turn, batch))
        if turn % 3 == 2:
            index.remove([f"{turn - 1} {i}" for i in range(batch)])
"""

# Tells, until the last batch is there, which batches each answer holds and how many of each.
READER = """
import json, sys, time
import imgmine
last = int(sys.argv[2]) - 1
with imgmine.ImageIndex.open(sys.argv[1], mode="r") as index:
    query, n, seen = pictures(0, 1)["0 0"], 0, []
    print("ready", flush=True)
    while True:
        hits = index.search(query, k=1000)
        n += 1
        batches = {}
        for hit in hits:
            batches.setdefault(int(hit.path.split()[0]), []).append(hit.score)
        assert [hit.score for hit in hits] == sorted(hit.score for hit in hits)
        state = sorted((batch, sorted(found)) for batch, found in batches.items())
        if not seen or seen[-1] != state:
            seen.append(state)
        if last in batches:
            break
print(json.dumps([n, seen]))
"""


def started(stack, script, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", PICTURES + script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    stack.enter_context(process)
    stack.callback(process.kill)
    return process


def pictures(seed, n):
    space = {}
    exec(PICTURES, space)
    return space["pictures"](seed, n)


def committed_states():
    """Return the batches that are there after each commit of the writer."""
    states, batches = [[0]], {0}
    for turn in range(1, TURNS):
        batches.add(turn)
        states.append(sorted(batches))
        if turn % 3 == 2:
            batches.discard(turn - 1)
            states.append(sorted(batches))
    return states


def test_every_answer_is_of_a_committed_state(tmp_path):
    with ImageIndex.open(tmp_path / "c", RECIPE) as index:
        index.add(pictures(0, BATCH))
        query = index.vectors()[0]
    vectors = [RECIPE.transform(list(pictures(i, BATCH).values())) for i in range(TURNS)]
    distances = [np.sort(np.linalg.norm(batch - query, axis=1)) for batch in vectors]
    with contextlib.ExitStack() as stack:
        start = functools.partial(started, stack)
        readers = [start(READER, tmp_path / "c", TURNS) for _ in range(4)]
        assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * 4
        writer = start(WRITER, tmp_path / "c", BATCH, TURNS)
        assert writer.wait(timeout=120) == 0
        outputs = [reader.communicate(timeout=120)[0] for reader in readers]
        assert [reader.returncode for reader in readers] == [0] * 4
    states = committed_states()
    for output in outputs:
        n, seen = json.loads(output)
        assert n >= len(seen) > 1
        at = 0
        for state in seen:
            at = states.index([batch for batch, _ in state], at)  # later ones only
            for batch, found in state:
                assert len(found) == BATCH
                np.testing.assert_allclose(found, distances[batch], atol=1e-5)


def search(index, name):
    return [hit.id for hit in index.search(pictures(0, 300)[name], k=5)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_forked_readers_after_threads_ran(tmp_path):
    """A child has no threads of its parent's; it starts its own, with its own connection."""
    with ImageIndex.open(tmp_path / "c", RECIPE) as index:
        index.add(pictures(0, 300), n_jobs=2)
        names = index.paths()[::40]
        expected = [search(index, name) for name in names]
        children = []
        for _ in range(4):
            child = os.fork()
            if child == 0:
                ok = False
                try:
                    found = [search(index, name) for name in names]
                    ok = found == expected
                finally:
                    os._exit(0 if ok else 1)
            children.append(child)
        assert [search(index, name) for name in names] == expected
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        assert index.add(pictures(1, 50), n_jobs=2).added == 50

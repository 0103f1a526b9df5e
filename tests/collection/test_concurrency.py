"""One catalogue in several threads and processes, stopped, forked and killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.features import Recipe
from imgmine.io import find_images

RECIPE = Recipe.named("histogram")
KILLS = int(os.environ.get("IMGMINE_TEST_KILLS", "10"))
DEADLINE = 60

# Adds a folder in many small commits, and says after each how many pictures are committed.
WRITER = """
import signal
import sys
import imgmine
from imgmine.collection import _add, _catalog

_add._PORTION = int(sys.argv[3])
commit = _add._Run.commit

def commit_and_tell(run):
    commit(run)
    print(run.database.read(_catalog.count), flush=True)

_add._Run.commit = commit_and_tell
# A job in the background of a shell is started with interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
with imgmine.ImageIndex.open(sys.argv[1], "histogram") as index:
    print(len(index), flush=True)
    try:
        index.add(sys.argv[2])
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        print("stopped", flush=True)
print("done", flush=True)
"""


def start_writer(catalogue, folder, portion=8):
    """Start `WRITER` and wait until it is about to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, catalogue, folder, str(portion)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process):
    """Wait for the end of a process and return its lines; kill it if it takes too long."""
    try:
        return process.communicate(timeout=DEADLINE)[0].splitlines()
    finally:
        process.kill()
        process.stdout.close()


@pytest.fixture(scope="session")
def many_photos(tmp_path_factory, write_picture):
    """Make a folder of 200 small pictures; also tell their vectors."""
    folder = tmp_path_factory.mktemp("many")
    for i in range(200):
        write_picture(folder / f"{i % 4}" / f"{i:03d}.jpg", i)
    return folder, RECIPE.transform(find_images(folder))


def assert_is_prefix(index, files, vectors):
    """Check that a catalogue holds the first so many files, with the right vectors."""
    n = len(index)
    assert index.paths() == [str(path) for path in files[:n]]
    np.testing.assert_array_equal(index.vectors(), vectors[:n])
    assert index.failures() == []
    return n


def test_reader_sees_whole_commits_while_another_process_adds(many_photos, tmp_path):
    folder, vectors = many_photos
    files = find_images(folder)
    ImageIndex.open(tmp_path, "histogram").close()
    seen = [0]
    process = start_writer(tmp_path, folder)
    with ImageIndex.open(tmp_path, mode="r") as reader:
        while process.poll() is None:
            snapshot = reader._current()
            n = len(snapshot.paths)
            assert snapshot.paths == [str(path) for path in files[:n]]
            np.testing.assert_array_equal(snapshot.vectors, vectors[:n])
            assert n >= seen[-1]
            assert n % 8 == 0
            seen.append(n)
        assert finish(process)[-1] == "done"
        assert assert_is_prefix(reader, files, vectors) == 200


def test_two_writers_take_turns(many_photos, tmp_path):
    folder, _ = many_photos
    writers = [start_writer(tmp_path, folder / name, 2) for name in "0123"]
    for process in writers:
        assert finish(process)[-1] == "done"
    with ImageIndex.open(tmp_path, mode="r") as index:
        assert sorted(index.paths()) == [str(path) for path in find_images(folder)]
        np.testing.assert_array_equal(index.vectors(), RECIPE.transform(index.paths()))


def test_threads_search_while_one_adds(many_photos, tmp_path):
    folder, vectors = many_photos
    files, errors, done = find_images(folder), [], threading.Event()

    def search(index):
        try:
            while not done.is_set():
                hits = index.search(files[0], k=3)
                assert len({hit.path for hit in hits}) == len(hits)
                if hits:
                    assert hits[0].path == str(files[0])
        except Exception as error:  # noqa: BLE001 - shown by the main thread
            errors.append(error)

    with ImageIndex.open(tmp_path, "histogram") as index:
        threads = [threading.Thread(target=search, args=(index,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for i in range(0, len(files), 20):
            index.add(files[i : i + 20])
        done.set()
        for thread in threads:
            thread.join()
        assert errors == []
        assert assert_is_prefix(index, files, vectors) == 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_fork(many_photos, tmp_path):
    """Parent and child go on with their own connections; neither takes the other's locks."""
    folder, _ = many_photos
    with ImageIndex.open(tmp_path, "histogram") as index:
        index.add(folder / "0")
        parents = index._database._connection
        with index._database._lock:  # as if another thread were in the middle of something
            child = os.fork()
            if child == 0:
                ok = False
                try:
                    index.add(folder / "1", n_jobs=1)
                    found = index.search(index.paths()[60], k=1)
                    ok = found[0].path == index.paths()[60] and len(index.ids) == 100
                    ok = ok and index._database._connection is not parents
                    index.close()
                finally:
                    os._exit(0 if ok else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert len(index) == 100
        assert index.add(folder / "2").added == 50
        assert index._database._connection is parents


def test_progress_that_raises_keeps_what_is_finished(many_photos, tmp_path):
    folder, vectors = many_photos

    def stop(done, total):
        if done == 57:
            raise KeyboardInterrupt

    with ImageIndex.open(tmp_path, "histogram") as index:
        with pytest.raises(KeyboardInterrupt):
            index.add(folder, progress=stop)
        assert assert_is_prefix(index, find_images(folder), vectors) == 57
        assert index.add(folder).added == 143
        assert assert_is_prefix(index, find_images(folder), vectors) == 200


def test_interrupt_commits_and_stops(many_photos, tmp_path):
    """Ctrl-C at random moments: what is finished is there, and the process ends by itself."""
    folder, vectors = many_photos
    files, random_ = find_images(folder), random.Random(0)
    for turn in range(5):
        catalogue = tmp_path / f"{turn}"
        process = start_writer(catalogue, folder)
        assert process.stdout.readline() == "0\n"
        time.sleep(random_.uniform(0, 0.08))
        process.send_signal(signal.SIGINT)
        lines = finish(process)
        assert lines[-1] == "done"
        with ImageIndex.open(catalogue, mode="r") as index:
            n = assert_is_prefix(index, files, vectors)
        assert n == int([line for line in lines if line.isdigit()][-1])
        if "stopped" not in lines:
            assert n == 200


# Raises what Ctrl-C raises where Python first looks for it (as a function begins, or as one in C
# returns), then where it looks the second time, and so on.
INTERRUPTED_EVERYWHERE = """
import contextlib, faulthandler, itertools, pathlib, sys, tempfile, threading
import imgmine
import numpy as np

faulthandler.dump_traceback_later(float(sys.argv[1]), exit=True)
images = {f"{i}": np.full((3, 3), i, np.uint8) for i in range(5)}
counted = str(pathlib.Path(imgmine.__file__).parent), contextlib.__file__, threading.__file__

def interrupt_at(moment):
    ticks = itertools.count()
    def look(frame, event, argument):
        if event in ("call", "c_return") and frame.f_code.co_filename.startswith(counted):
            if next(ticks) == moment:
                sys.setprofile(None)
                raise KeyboardInterrupt
    sys.setprofile(look)

for moment in itertools.count():
    with tempfile.TemporaryDirectory() as folder, imgmine.ImageIndex.open(folder) as index:
        try:
            interrupt_at(moment)
            index.add(images, n_jobs=2)
            sys.setprofile(None)
            break
        except KeyboardInterrupt:
            n = len(index)  # while the exception lives, and with it all that was interrupted
            assert index.paths() == list(images)[:n]
        assert index.add(images, n_jobs=2).added == 5 - n
print(moment)
"""


def test_interrupt_at_any_moment_leaves_nothing_locked(tmp_path):
    """A lock that is still held would let everybody wait forever."""
    output = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_EVERYWHERE, str(DEADLINE)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout
    assert int(output) > 200


def kill_again_and_again(catalogue, folder, vectors, kills, seed):
    """Kill a process that adds `folder` to `catalogue`, check what is left, and start it again.

    Returns
    -------
    list of (int, int, int)
        Of each kill how many pictures were there before, said to be committed, and there after.
    """
    files, random_ = find_images(folder), random.Random(seed)
    history, before, turn = [], 0, 0
    process, started = start_writer(catalogue / "whole", folder), time.monotonic()
    while process.stdout.readline() != "done\n":
        longest = time.monotonic() - started
    finish(process)
    while len(history) < kills:
        target = catalogue / f"{turn}"
        process = start_writer(target, folder)
        time.sleep(random_.uniform(0, longest))
        process.kill()
        lines = finish(process)
        if process.returncode == 0:  # it was quicker
            assert lines[-1] == "done"
            longest *= 0.9
        said = [int(line) for line in lines[1:] if line.isdigit()]
        if (target / "catalogue.sqlite").exists():
            with ImageIndex.open(target, mode="r") as index:
                n = assert_is_prefix(index, files, vectors)
        else:
            assert not lines
            n = 0
        assert n >= max([before, *said])
        if process.returncode != 0:
            history.append((before, max([before, *said]), n))
        complete = n == len(files)
        turn, before = (turn + 1, 0) if complete else (turn, n)
    assert finish(start_writer(target, folder))[-1] == "done"
    with ImageIndex.open(target, mode="r") as index:
        assert assert_is_prefix(index, files, vectors) == len(files)
    return history


def test_killed_at_any_moment(many_photos, tmp_path):
    """Nothing that was committed is lost, nothing else is there, and the next run goes on."""
    folder, vectors = many_photos
    history = kill_again_and_again(tmp_path, folder, vectors, KILLS, seed=0)
    assert len(history) == KILLS


@pytest.mark.skipif("IMGMINE_TEST_KILLS" not in os.environ, reason="IMGMINE_TEST_KILLS is not set")
def test_killed_while_adding_photographs(data_dir, tmp_path):
    folder = data_dir / "corel1k"
    vectors = RECIPE.transform(find_images(folder))
    history = kill_again_and_again(tmp_path, folder, vectors, KILLS, seed=1)
    for before, said, after in history:
        print(f"{before} before, {said} said to be committed, {after} after")  # noqa: T201
    assert any(before < after < 500 for before, _, after in history)

"""Kill writers at random moments, or let the disk be full; run by test_interrupted_writers.

    python interrupt_writers.py kill FOLDER WRITER TIMES SEED
    python interrupt_writers.py fill FOLDER WRITER TIMES SEED   (FOLDER on a small disk of its own)

What is found afterwards must be what was there after the last step that was said to be done, or
after the next one ("step seen").
"""

import errno
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from written_step_by_step import WRITERS


def states_of(writer, folder):
    """Return what is found before the first step and after each, and how long they take."""
    states = [writer.look(folder)]
    started = time.monotonic()
    seconds = 0.0
    for _ in writer.steps(folder):
        seconds += time.monotonic() - started
        states.append(writer.look(folder))
        started = time.monotonic()
    return states, seconds


def fresh(whole, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)


def work(writer, folder, pipe):
    """Go through the steps in a process of its own, saying of each that it is done."""
    try:
        os.write(pipe, b"b")
        for _ in writer.steps(folder):
            os.write(pipe, b"d")
        os.write(pipe, b"e")
    finally:
        os._exit(0)


def kill_once(writer, folder, seconds):
    """Return how many steps were said to be done, and whether all were."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        work(writer, folder, theirs)
    os.close(theirs)
    assert os.read(ours, 1) == b"b"
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while piece := os.read(ours, 4096):
        said += piece
    os.close(ours)
    return said.count(b"d"), b"e" in said


def kill(writer, folder, times, rng):
    whole, place = folder / "whole", folder / "work"
    whole.mkdir()
    writer.prepare(whole)
    fresh(whole, place)
    states, seconds = states_of(writer, place)
    counts = {"kills": 0, "came too late": 0, "steps done": 0, "step seen": 0}
    while counts["kills"] < times:
        fresh(whole, place)
        done, ended = kill_once(writer, place, rng.uniform(0, seconds))
        seconds *= 0.97 if ended else 1.003  # so that few come too late
        if ended:
            assert writer.look(place) == states[-1]
            counts["came too late"] += 1
            continue
        counts["kills"] += 1
        found = writer.look(place)
        assert found in states[done : done + 2], f"killed after step {done}"
        counts["steps done"] += done
        counts["step seen"] += found != states[done]
        writer.go_on(place)
    return counts


def fill_up(filler, left):
    """Take what is free on the disk but for some bytes."""
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            pass
    size = filler.stat().st_size
    os.truncate(filler, max(0, size - left))


def fill(writer, folder, times, rng):
    whole, place, filler = folder / "whole", folder / "work", folder / "filler"
    whole.mkdir()
    writer.prepare(whole)
    fresh(whole, place)
    before = sum(x.stat().st_size for x in place.rglob("*"))
    states, _ = states_of(writer, place)
    growth = max(sum(x.stat().st_size for x in place.rglob("*")) + before, 1 << 16)
    counts = {"times": 0, "refused": 0, "not even read": 0, "steps": 0}
    for _ in range(times):
        fresh(whole, place)
        fill_up(filler, rng.randrange(growth))
        done, steps = 0, None
        try:
            steps = writer.steps(place)
            for _ in steps:
                done += 1
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            counts["refused"] += 1
        finally:
            steps.close()
        try:
            assert writer.look(place) in states[done : done + 2], f"no room after step {done}"
        except OSError as error:  # SQLite needs some room to read what is in its log
            if error.errno != errno.ENOSPC:
                raise
            counts["not even read"] += 1
        filler.unlink()
        assert list(place.rglob("*.tmp")) == []
        assert writer.look(place) in states[done : done + 2], f"no room after step {done}"
        writer.go_on(place)
        counts["times"] += 1
        counts["steps"] += done
    return counts


def main(what, folder, name, times, seed):
    act = {"kill": kill, "fill": fill}[what]
    counts = act(WRITERS[name], Path(folder), int(times), random.Random(seed))
    sys.stdout.write(json.dumps(counts))


main(*sys.argv[1:])

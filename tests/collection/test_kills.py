"""A process that is killed while it changes a catalogue in any way loses nothing committed."""

import os
import random
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from imgmine import ImageIndex

KILLS = int(os.environ.get("IMGMINE_TEST_KILLS", "5"))
N = 60

# Says before each step what it is about to do, and after it that it is done.
WRITER = """
import sys
from pathlib import Path
import imgmine

folder = Path(sys.argv[2])
with imgmine.ImageIndex.open(sys.argv[1]) as index:
    print("ready", flush=True)
    for i in range(60):
        file = folder / f"{i:03d}.png"
        for step in range(4):
            print("begin", i, step, flush=True)
            if step == 0:
                index.annotate(file, metadata={"turn": i, "name": file.name}, tags=[f"tag {i}"])
            elif step == 1 and i % 5 == 0:
                file.rename(folder / f"{i:03d} moved.png")
                assert index.add(folder).moved == 1
            elif step == 2 and i % 7 == 3:
                file.unlink(missing_ok=True)  # or the next add finds it again
                index.remove(file)
            elif step == 3 and i % 7 == 5:
                paths = [path for path in index.paths() if f"/{i:03d}" in path]
                Path(paths[0]).unlink()
                index.erase(paths)
            print("done", i, step, flush=True)
print("end", flush=True)
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory, write_picture):
    """Make a catalogue with thumbnails of pictures that all differ."""
    place = tmp_path_factory.mktemp("kills")
    for i in range(N):
        write_picture(place / "photos" / f"{i:03d}.png", i)
    return place


def state(index):
    """Tell of each picture what is known, by its id."""
    lists = index.ids.tolist(), index.paths(), index.tags(), index.metadata()
    return {row[0]: row[1:] for row in zip(*lists, strict=True)}


def expected_after(i, step, before):
    """Return what a picture's row must be once the step is committed."""
    path, tags, metadata = before
    if step == 0:
        return path, (f"tag {i}",), {"turn": i, "name": f"{i:03d}.png"}
    if step == 1 and i % 5 == 0:
        return path.replace(f"{i:03d}.png", f"{i:03d} moved.png"), tags, metadata
    if (step == 2 and i % 7 == 3 and i % 5) or (step == 3 and i % 7 == 5):
        return None
    return before


def play(folder, until):
    """Return what must be there after the steps before `until` = (i, step)."""
    rows = {i + 1: (str(folder / f"{i:03d}.png"), (), {}) for i in range(N)}
    for i in range(N):
        for step in range(4):
            if (i, step) >= until:
                return rows
            if i + 1 in rows:
                rows[i + 1] = expected_after(i, step, rows[i + 1])
                if rows[i + 1] is None:
                    del rows[i + 1]
    return rows


def kill_after(catalogue, folder, seconds):
    """Start the writer, kill it, and return the last steps that it began and finished."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, catalogue, folder],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    process.kill()
    lines = [line.split() for line in process.communicate(timeout=60)[0].splitlines()]
    done = [
        (int(i), int(step)) for word, i, step in (x for x in lines if len(x) == 3) if word == "done"
    ]
    return done[-1] if done else (0, -1), ["end"] in lines


def test_killed_at_any_moment(sound, tmp_path):
    random_, longest = random.Random(0), 1.0
    with ImageIndex.open(tmp_path / "c", thumbnails=True) as index:
        shutil.copytree(sound / "photos", tmp_path / "photos")
        index.add(tmp_path / "photos")
        vectors = dict(zip(index.ids.tolist(), index.vectors().copy(), strict=True))
    shutil.copytree(tmp_path / "c", tmp_path / "whole")
    for _ in range(KILLS):
        for name in ("c", "photos"):
            shutil.rmtree(tmp_path / name)
        shutil.copytree(tmp_path / "whole", tmp_path / "c")
        shutil.copytree(sound / "photos", tmp_path / "photos")
        (i, step), ended = kill_after(
            tmp_path / "c", tmp_path / "photos", random_.uniform(0, longest)
        )
        longest *= 0.8 if ended else 1
        after = (i, step + 1)
        possible = [
            play(tmp_path / "photos", until)
            for until in (after, (i + (step == 3), (step + 2) if step < 3 else 1))
        ]
        with ImageIndex.open(tmp_path / "c", mode="r") as index:
            problems = [x for x in index.check().problems if "erasing was interrupted" not in x]
            assert problems == []
            found = state(index)
            assert found in possible, (i, step)
            for image_id, vector in zip(index.ids.tolist(), index.vectors(), strict=True):
                np.testing.assert_array_equal(vector, vectors[image_id])
        with ImageIndex.open(tmp_path / "c") as index:
            assert index.check().ok
            assert state(index) == found

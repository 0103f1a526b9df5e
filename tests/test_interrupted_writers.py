"""Killed at any moment, or without room on the disk: what was done stays, and nothing is half done.

tests/collection holds the same of a process that adds a large folder, and of Ctrl-C.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .written_step_by_step import WRITERS

KILLS = int(os.environ.get("IMGMINE_TEST_KILLS", "8"))
WORKER = Path(__file__).with_name("interrupt_writers.py")
DISK = "4m"


def run(what, folder, name, times, prefix=()):
    process = subprocess.run(
        [*prefix, sys.executable, WORKER, what, folder, name, str(times), "0"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.parametrize("name", WRITERS)
def test_killed(name, tmp_path):
    assert run("kill", tmp_path, name, KILLS)["kills"] == KILLS


def small_disk(folder):
    """Return what runs a command with a small disk of its own at `folder`, or None."""
    if not shutil.which("unshare"):
        return None
    mount = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
    rights = () if os.geteuid() == 0 else ("--map-root-user",)
    prefix = ["unshare", "--mount", *rights, "sh", "-c", mount, DISK, folder]
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else None


@pytest.mark.parametrize("name", WRITERS)
def test_full_disk(name, tmp_path):
    prefix = small_disk(tmp_path)
    if prefix is None:
        pytest.skip("may not mount a small disk here")
    counts = run("fill", tmp_path, name, KILLS, prefix)
    assert counts["times"] == KILLS
    assert counts["refused"] > 0

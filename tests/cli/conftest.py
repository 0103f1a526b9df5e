import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import imgmine
import numpy as np
import pytest
from imgmine.cli import main

COLORS = {"red": (200, 40, 30), "green": (40, 180, 50), "blue": (30, 50, 210)}
PER_CLASS = 8


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(capsys):
    """Run a command in this process."""

    def call(*arguments):
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return call


def start(arguments, environment=None, **options):
    # The library as this process found it, so that a checkout can be tested as well as a wheel.
    home = str(Path(imgmine.__file__).parents[1])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        timeout=120,
        check=False,
        **{"stdout": subprocess.PIPE, **options},
    )


@pytest.fixture(scope="session")
def launch():
    """Run a command as a process of its own."""

    def call(*arguments, **environment):
        done = start(["-m", "imgmine", *arguments], environment)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def script():
    """Run a script as a process of its own."""

    def call(text, **options):
        done = start(["-c", text], **options)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


def noisy(color, seed):
    noise = np.random.default_rng(seed).integers(-25, 26, (24, 32, 3))
    return np.clip(np.array(color) + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def photos(tmp_path):
    """Make a folder with a folder of pictures for each of three colors."""
    root = tmp_path / "photos"
    for number, (name, color) in enumerate(COLORS.items()):
        (root / name).mkdir(parents=True)
        for i in range(PER_CLASS):
            imgmine.io.imwrite(root / name / f"{name}{i}.png", noisy(color, 100 * number + i))
    return root


@pytest.fixture
def broken(photos):
    """Make the same with two files that are no pictures; also return their paths."""
    text = photos / "red" / "text.jpg"
    text.write_text("no picture")
    cut = photos / "blue" / "cut.png"
    cut.write_bytes((photos / "blue" / "blue0.png").read_bytes()[:200])
    return photos, (cut, text)

"""The documentation builds without a warning and without a network."""

import os
import subprocess
import sys
from pathlib import Path

import imgmine
import pytest

ROOT = Path(__file__).parents[2]


def test_site_builds(tmp_path):
    for package in ("sphinx", "furo", "myst_parser", "numpydoc"):
        pytest.importorskip(package, reason="needs the dependency group docs")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", ROOT / "docs", tmp_path / "site"],
        env=os.environ | {"PYTHONPATH": str(Path(imgmine.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/api/generated/imgmine.collection.ImageIndex.html").is_file()

"""Files of every kind, cut and damaged anywhere: an error or an answer, in little time and memory.

Beside this, .ci/run fuzz feeds index files of any content to the core under sanitizers.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .file_kinds import KINDS

# 10000 for what the library promises: about five minutes in all.
FLIPS = int(os.environ.get("IMGMINE_TEST_FLIPS", "150"))
CUTS = max(FLIPS // 10, 50)
WORKER = Path(__file__).with_name("open_damaged.py")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measures memory as Linux does")
@pytest.mark.parametrize("name", KINDS)
def test_damaged_anywhere(name, tmp_path):
    process = subprocess.run(
        [sys.executable, WORKER, name, tmp_path, str(CUTS), str(FLIPS), "0"],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "IMGMINE_NUM_THREADS": "1",
        },
    )
    assert process.returncode == 0, f"{(tmp_path / 'trying').read_text()}\n{process.stderr}"
    outcome = json.loads(process.stdout)
    assert outcome["problems"] == []
    assert outcome["refused"] + outcome["answered"] >= CUTS + 2 * FLIPS
    assert outcome["peak"] < 32 << 20  # of files that have less than 20 KB

"""Runs the tests of this folder in a process whose Numba simulates a GPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PARTS = sorted({path.stem[5:] for path in HERE.glob("test_*.py")} - {"in_simulator"})


@pytest.mark.parametrize("part", PARTS)
def test_cuda_versions(part):
    pytest.importorskip("numba", reason="the CUDA versions' kernels run in Numba's simulator")
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, str(HERE / f"test_{part}.py")],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr

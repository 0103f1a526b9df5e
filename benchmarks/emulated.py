"""Runs a benchmark with the CUDA emulator's driver in the place of a GPU's."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests.cuda.emulator.build import driver

if TYPE_CHECKING:
    from collections.abc import Callable


def run(module: str, report: Callable[[list[str]], None]) -> None:
    """Report in a process of its own: the loader reads LD_LIBRARY_PATH when one begins."""
    folder = str(driver().parent)
    if os.environ.get("LD_LIBRARY_PATH") == folder:
        return report(sys.argv[1:])
    with tempfile.TemporaryDirectory() as cache:  # for kernels of this run only
        environment = {**os.environ, "LD_LIBRARY_PATH": folder, "NUMBA_CACHE_DIR": cache}
        command = [sys.executable, "-W", "ignore", "-m", module, *sys.argv[1:]]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)

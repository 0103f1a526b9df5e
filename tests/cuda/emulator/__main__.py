"""Runs the CUDA versions' tests: python -m tests.cuda.emulator [pytest arguments]."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .build import HERE, driver


def main(arguments: list[str]) -> int:
    """Return pytest's exit status. The loader reads LD_LIBRARY_PATH when a process begins."""
    root = HERE.parents[2]
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "LD_LIBRARY_PATH": str(driver().parent),
            "NUMBA_CACHE_DIR": folder,  # for kernels of this run only
            "PYTHONPATH": os.pathsep.join(paths),
        }
        plugin = "tests.cuda.emulator.plugin"
        command = [sys.executable, "-m", "pytest", "-p", plugin, "-m", "cuda", *arguments]
        if not any(Path(argument.split("::")[0]).exists() for argument in arguments):
            command.append(str(HERE.parent))
        return subprocess.run(command, env=environment, cwd=root, check=False).returncode


sys.exit(main(sys.argv[1:]))

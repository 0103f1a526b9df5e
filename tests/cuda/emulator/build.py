"""Compiles the emulator's driver and its kernels, and keeps them in build/cuda-emulator."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .translate import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
FOLDER = HERE.parents[2] / "build" / "cuda-emulator"
FLAGS = ["-std=c++20", "-fPIC", "-shared", f"-I{HERE}"]
# Products are fused into sums only where PTX says so.
KERNEL_FLAGS = ["-O1", "-ffp-contract=off", "-fno-strict-aliasing", "-w"]
# Coroutines jump between stacks, which the check of longjmp takes for a mistake.
DRIVER_FLAGS = ["-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-U_FORTIFY_SOURCE"]
IMAGE_KIND = "PTX emulator\n"


def compiler() -> str | None:
    """Return the C++ compiler's path, or None if there is none."""
    names = [os.environ.get("CXX", ""), "c++", "g++", "clang++"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


@contextmanager
def locked() -> Iterator[None]:
    """Let one process at a time build the driver."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:24]


def compile_to(target: Path, sources: list[Path], *options: str) -> None:
    """Compile and link; nobody sees a file that is half written."""
    path = compiler()
    if path is None:
        raise RuntimeError("the CUDA emulator needs a C++ compiler: c++, g++, clang++ or CXX")
    part = target.with_name(f"{target.name}.{os.getpid()}")
    command = [path, *FLAGS, *options, "-o", str(part), *map(str, sources), "-ldl"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{result.stderr[:4000]}")
    part.rename(target)


@cache
def machine_digest() -> str:
    """Return what changes when a compiled kernel no longer fits the driver."""
    texts = [path.read_text("utf-8") for path in sorted(HERE.glob("*/*.[ch]pp"))]
    version = subprocess.run(
        [compiler() or "c++", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return digest(*texts, version, *FLAGS, *KERNEL_FLAGS, *DRIVER_FLAGS)


@cache
def driver() -> Path:
    """Return the path of libcuda.so.1, compiled if its sources have changed."""
    path = FOLDER / machine_digest() / "libcuda.so.1"
    with locked():
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            compile_to(path, sorted(HERE.glob("*/*.cpp")), *DRIVER_FLAGS)
            other_name = path.with_name("libcuda.so")
            other_name.unlink(missing_ok=True)
            other_name.symlink_to(path.name)
    return path


def image(ptx: str, *, counts: bool = False) -> bytes:
    """Return what the emulator's cuModuleLoadData takes: the place of the compiled kernel."""
    source = translate(ptx, counts=counts)
    library = driver().parent / f"{digest(source)}.so"
    if not library.exists():
        written = library.with_suffix(f".{os.getpid()}.cpp")
        written.write_text(source, "utf-8")
        compile_to(library, [written, driver()], *KERNEL_FLAGS)
        written.rename(library.with_suffix(".cpp"))
    return f"{IMAGE_KIND}{library}\0".encode()

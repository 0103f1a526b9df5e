"""No operation takes more than its output and 2 MiB for each thread."""

import multiprocessing
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import imgmine
import pytest

from .operations import OPERATIONS, picture
from .peak_memory import workspace

MIB = 2**20
N_THREADS = 2
SLACK = MIB // 2  # the allocator's and the threads' own pages

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="asks Linux and glibc for what is resident"
)


@pytest.fixture(scope="module")
def fresh_process():
    """Start a process that gives what it frees back to the system at once.

    The heap of one that has run other tests has holes. Which of them a block gets is chance, and
    the former one stays resident.
    """
    os.environ["MALLOC_MMAP_THRESHOLD_"] = str(64 * 1024)  # larger ones are pages of their own
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        executor.submit(imgmine.set_num_threads, N_THREADS).result()
        del os.environ["MALLOC_MMAP_THRESHOLD_"]
        yield executor


def used(name, shape, dtype):
    (operation,) = (operation for operation in OPERATIONS if operation.name == name)
    return workspace(partial(operation, picture(shape, dtype)))


def check(process, operation, shape):
    for dtype in operation.dtypes:
        most = process.submit(used, operation.name, shape, dtype).result()
        assert most <= 2 * MIB * N_THREADS + SLACK, f"{dtype}: {most / MIB:.1f} MiB"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_workspace_is_bounded(operation, fresh_process):
    """On images of which any whole copy would exceed the bound."""
    channels = operation.channels[-1]
    side = 3000 if channels is None else 2000
    check(fresh_process, operation, (side, side) if channels is None else (side, side, channels))


MORPHOLOGY = [
    operation
    for operation in OPERATIONS
    if operation.name.split()[0].split(".")[1] in ("erode", "dilate", "opening", "closing")
]


@pytest.mark.parametrize("operation", MORPHOLOGY, ids=lambda operation: operation.name)
def test_workspace_is_bounded_for_long_rows(operation, fresh_process):
    """On rows of which a few exceed the bound."""
    check(fresh_process, operation, (64, 30_000, 3))

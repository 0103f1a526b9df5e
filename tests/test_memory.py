"""No operation takes more than its output and 2 MiB for each thread."""

import platform
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


def check(operation, shape):
    imgmine.set_num_threads(N_THREADS)
    try:
        for dtype in operation.dtypes:
            image = picture(shape, dtype)
            used = workspace(partial(operation, image))
            assert used <= 2 * MIB * N_THREADS + SLACK, f"{dtype}: {used / MIB:.1f} MiB"
    finally:
        imgmine.set_num_threads(0)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_workspace_is_bounded(operation):
    """On images of which any whole copy would exceed the bound."""
    channels = operation.channels[-1]
    side = 3000 if channels is None else 2000
    check(operation, (side, side) if channels is None else (side, side, channels))


MORPHOLOGY = [
    operation
    for operation in OPERATIONS
    if operation.name.split()[0].split(".")[1] in ("erode", "dilate", "opening", "closing")
]


@pytest.mark.parametrize("operation", MORPHOLOGY, ids=lambda operation: operation.name)
def test_workspace_is_bounded_for_long_rows(operation):
    """On rows of which a few exceed the bound."""
    check(operation, (64, 30_000, 3))

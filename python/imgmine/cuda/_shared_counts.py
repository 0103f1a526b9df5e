"""Counting into bins without waiting for one another: what kernels that count share.

A block counts in shared memory, in up to 32 copies of the bins, which lie beside one another: each
lane of a warp adds to a copy and, where there are 32, a bank of its own, whatever it counts. So a
flat image, whose pixels all want the same count, is no slower than noise. More bins than shared
memory holds are counted in memory, runs being added once.

A kernel says who asks: the thread's number, and how many a block has. It waits for others itself.
"""

from __future__ import annotations

from numba import config, cuda, int32, int64

from ._in_shared import address_of, clear_four, count_at, more, sum_of_four

SHARED = 8192  # counts in shared memory: 32 KiB
HELD = SHARED + 4  # the same with what it takes to begin at a multiple of 16 bytes
COPIES = 32

if config.ENABLE_CUDASIM:
    from ._in_shared import atomic

    def add_count(counts, row, bin_, n):
        """Add n to a count in memory."""
        atomic.add(counts, (row, bin_), n)

else:

    @cuda.jit(device=True)
    def add_count(counts, row, bin_, n):
        cuda.atomic.add(counts, (row, bin_), n)


@cuda.jit(device=True)
def copies_of(n_bins):
    """How many copies of the bins go into shared memory: a power of two, or none."""
    copies = int32(COPIES)
    while copies > 0 and copies * n_bins > SHARED:
        copies = int32(copies >> 1)
    return copies


@cuda.jit(device=True)
def cleared(shared, n, who):
    """Clear n counts, and those up to a multiple of 4; nobody waits before or after it."""
    start, step = address_of(shared), int32(16 * who[1])
    address, end = int32(start + 16 * who[0]), int32(start + 4 * n)
    while address < end:
        clear_four(shared, address)
        address = int32(address + step)


@cuda.jit(device=True)
def total_of(shared, bin_, copies, me):
    """The sum of the copies of a count, each thread of a warp beginning at other banks."""
    total, at, first = int32(0), int32(0), int32(address_of(shared) + int32(4 * bin_) * copies)
    if copies < 4:
        while at < copies:
            total = int32(total + count_at(shared, int32(first + 4 * at)))
            at = int32(at + 1)
        return total
    turned, end = int32(16 * me), int32(4 * copies)
    while at < end:
        address = int32(first + int32(int32(at + turned) & int32(end - 1)))
        total = int32(total + sum_of_four(shared, address))
        at = int32(at + 16)
    return total


@cuda.jit(device=True)
def place_of(address, bin_, copies, me):
    """Where a thread counts a bin; the next is 4 copies further."""
    lane = int32(me & int32(copies - 1))
    return int32(address + 4 * int32(int32(bin_ * copies) + lane))


@cuda.jit(device=True)
def counted(shared, counts, row, copies, bin_, n, me):
    """Add n to a bin, unless it is below 0."""
    if bin_ < 0 or n == 0:
        return
    if copies > 0:
        more(shared, place_of(address_of(shared), int32(bin_), copies, me), int32(n))
    else:
        add_count(counts, row, bin_, int64(n))


@cuda.jit(device=True)
def added_up(shared, counts, row, n_bins, copies, who):
    """Add the copies of a block to the counts in memory."""
    i = int32(who[0] if copies > 0 else n_bins)
    while i < n_bins:
        total = total_of(shared, i, copies, who[0])
        if total > 0:
            add_count(counts, row, i, int64(total))
        i = int32(i + who[1])

"""The k best of many, as keys: whole numbers of 64 bits that order by rank, equal ranks by row.

A key's upper half is the rank, less is better, as an int32 of the same order; its lower half is the
row. No two are equal, so that there is one answer, whatever the order in which threads work. Keys
below a list's limit are put behind each other; a warp then finds, by halving the range that they
lie in, the key that k of them do not exceed, which is the new limit, and moves those together.
"""

from __future__ import annotations

import math

from numba import config, cuda, float32, int32, int64

from ._tile import finished_score
from ._warp import LANES, place_among, warp_max, warp_min, warp_sum, warp_sync

NO_KEY = 2**63 - 1  # an empty place: behind all others
LEAST_KEY = -(2**63)
LOW = 2**32
SORT_THREADS = 256
MOST_KEPT = 1024

if config.ENABLE_CUDASIM:
    import numpy as np

    def code_of(rank):
        """A rank as an int32 of the same order."""
        if not isinstance(rank, np.float32):
            return int32(rank)
        bits = rank.view(np.int32)
        return bits ^ ((bits >> int32(31)) & int32(0x7FFFFFFF))

    def rank_of_code(code, like):
        """The rank, of the type of `like`, that has a code."""
        if not isinstance(like, np.float32):
            return code
        return (code ^ ((code >> int32(31)) & int32(0x7FFFFFFF))).view(np.float32)

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    BITS = ir.IntType(32)

    def flipped(builder, bits):
        """The bits of a float32 in an order that whole numbers have, or back."""
        sign = builder.ashr(bits, ir.Constant(BITS, 31))
        return builder.xor(bits, builder.and_(sign, ir.Constant(BITS, 0x7FFFFFFF)))

    @intrinsic
    def code_of(typingctx, rank):
        """A rank as an int32 of the same order."""

        def codegen(context, builder, signature, args):
            if rank != types.float32:
                return args[0]
            return flipped(builder, builder.bitcast(args[0], BITS))

        return types.int32(rank), codegen

    @intrinsic
    def rank_of_code(typingctx, code, like):
        """The rank, of the type of `like`, that has a code."""

        def codegen(context, builder, signature, args):
            if like != types.float32:
                return args[0]
            return builder.bitcast(flipped(builder, args[0]), ir.FloatType())

        return like(types.int32, like), codegen


@cuda.jit(device=True)
def offer(total, sign, row, limit, worst, y, keys, counts, claim):
    """Put a row among a query's candidates unless it is behind the limit, whose rank is `worst`."""
    rank = total * sign
    if rank > worst:
        return
    if rank != rank:
        rank = type(rank)(math.inf)  # what is not a number comes last
    if rank == type(rank)(0):
        rank = type(rank)(0)  # there is one zero
    key = (int64(code_of(rank)) << int64(32)) | row
    if key < limit:
        keys[claim(counts, y)] = key


@cuda.jit(device=True)
def count_upto(keys, n, limit, lane):
    """How many of a list's keys do not exceed a limit."""
    total = int32(0)
    for i in range(lane, n, LANES):
        if keys[i] <= limit:
            total = int32(total + int32(1))
    return warp_sum(total)


@cuda.jit(device=True)
def limit_of(keys, n, k, lane):
    """The key that k of n do not exceed, or NO_KEY if there are no more than k."""
    if n <= k:
        return int64(NO_KEY)
    low, high = int64(NO_KEY), int64(LEAST_KEY)
    for i in range(lane, n, LANES):
        if keys[i] != NO_KEY:
            low, high = min(low, keys[i]), max(high, keys[i])
    low, high = warp_min(low) - int64(1), warp_max(high)
    if high == LEAST_KEY or count_upto(keys, n, high, lane) <= k:
        return int64(NO_KEY)
    while True:  # more than k do not exceed `high`, fewer than k do not exceed `low`
        middle = (low >> int64(1)) + (high >> int64(1)) + (low & high & int64(1))
        found = count_upto(keys, n, middle, lane)
        if found == k:
            return middle
        if found < k:
            low = middle
        else:
            high = middle


@cuda.jit(device=True)
def keep_upto(keys, n, limit, kept, lane):
    """Move the keys that do not exceed a limit, in their order; return how many there are."""
    moved = int64(0)
    for first in range(0, n, LANES):
        key = keys[first + lane] if first + lane < n else int64(NO_KEY)
        stays = key <= limit and key != NO_KEY
        before, here = place_among(stays)
        if stays:
            kept[moved + before] = key
        moved += here
        warp_sync()
    return moved


@cuda.jit(device=True)
def keep_best(keys, n, k, kept, lane):
    """Bring the k best of n keys to the beginning of `kept`; return the limit and their number."""
    limit = limit_of(keys, n, k, lane)
    warp_sync()
    return limit, keep_upto(keys, n, limit, kept, lane)


@cuda.jit(device=True)
def empty_from(kept, first, k, lane):
    for i in range(first + lane, k, LANES):
        kept[i] = int64(NO_KEY)


@cuda.jit(device=True)
def prune(keys, k, room, me, threads, n_queries, limits, counts):
    """Keep the k best candidates of those whose list is nearly full, or still without a limit."""
    warp, lane = me // LANES, me % LANES
    for y in range(warp, n_queries, threads // LANES):
        n, limit = int64(counts[y]), limits[y]
        if n > room or (n > k and limit == int64(NO_KEY)):
            limit, n = keep_best(keys[y], n, k, keys[y], lane)
            warp_sync()
            if lane == 0:
                limits[y], counts[y] = limit, n


@cuda.jit(device=True)
def finish_lists(keys, k, me, threads, n_queries, counts, kept):
    """Bring each query's k best candidates to where the next kernel wants them."""
    warp, lane = me // LANES, me % LANES
    for y in range(warp, n_queries, threads // LANES):
        _, found = keep_best(keys[y], int64(counts[y]), k, kept[y], lane)
        empty_from(kept[y], found, k, lane)


@cuda.jit(cache=True)
def merge_lists(lists, group, k, merged):
    """Merge each query's lists of k, which stand in a row, by groups. A warp a group."""
    warp, lane = cuda.grid(1) // LANES, cuda.grid(1) % LANES
    groups = merged.shape[1] // k
    query, part = warp // groups, warp % groups
    if query >= merged.shape[0]:
        return
    first = part * group * k
    n = min(group * k, int64(lists.shape[1]) - first)
    kept = merged[query, part * k : part * k + k]
    _, found = keep_best(lists[query, first : first + n], n, k, kept, lane)
    empty_from(kept, found, k, lane)


@cuda.jit(cache=True)
def sort_lists(lists, whole, sign, root, clip, ids, scores):
    """Sort each query's one list; write rows and scores. A block a query."""
    keys = cuda.shared.array(MOST_KEPT, dtype=int64)
    query, me, k = cuda.blockIdx.x, cuda.threadIdx.x, ids.shape[1]
    n = 1
    while n < k:
        n *= 2
    for i in range(me, n, SORT_THREADS):
        keys[i] = lists[query, i] if i < k else int64(NO_KEY)
    width = 2
    while width <= n:
        step = width // 2
        while step:
            cuda.syncthreads()
            for pair in range(me, n // 2, SORT_THREADS):
                i = 2 * pair - pair % step
                a, b = keys[i], keys[i + step]
                if (a > b) == ((i & width) == 0):
                    keys[i], keys[i + step] = b, a
            step //= 2
        width *= 2
    cuda.syncthreads()
    for i in range(me, k, SORT_THREADS):
        code = int32(keys[i] >> int64(32))
        rank = float32(code) if whole else rank_of_code(code, float32(0))
        ids[query, i] = keys[i] & int64(LOW - 1)
        scores[query, i] = finished_score(rank * sign, root, clip)

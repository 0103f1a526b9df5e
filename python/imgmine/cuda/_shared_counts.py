"""Counting into bins without waiting for one another: what kernels that count share.

A block counts in shared memory, in up to 32 copies of the bins, which lie beside one another: each
lane of a warp adds to a copy and, where there are 32, a bank of its own, whatever it counts. So a
flat image, whose pixels all want the same count, is no slower than noise. More bins than shared
memory holds are counted in memory, runs being added once.

A kernel says who asks: the thread's number, and how many a block has. It waits for others itself.
"""

from __future__ import annotations

from numba import config, cuda, int32, int64

SHARED = 8192  # counts in shared memory: 32 KiB
HELD = SHARED + 4  # the same with what it takes to begin at a multiple of 16 bytes
COPIES = 32

if config.ENABLE_CUDASIM:
    from numba.cuda.simulator.kernelapi import FakeCUDAAtomic

    atomic = FakeCUDAAtomic()

    def address_of(shared):
        """Where in shared memory counts begin: at the first multiple of 16 of an array."""
        return int32(0)

    def more(shared, address, n):
        """Add n to the count at an address."""
        atomic.add(shared, address // 4, n)

    def add_count(counts, row, bin_, n):
        """Add n to a count in memory."""
        atomic.add(counts, (row, bin_), n)

    def count_at(shared, address):
        return shared[address // 4]

    def put_word(shared, address, word):
        shared[address // 4] = word

    def byte_at(shared, address):
        return int32(int(shared[address // 4]) >> 8 * (address % 4) & 255)

    def sum_of_four(shared, address):
        """The sum of the four counts from an address on."""
        return int32(shared[address // 4 : address // 4 + 4].sum())

    def clear_four(shared, address):
        shared[address // 4 : address // 4 + 4] = 0

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)
    FOUR = ir.VectorType(I32, 4)

    @intrinsic
    def address_of(typingctx, shared):
        def codegen(context, builder, signature, args):
            data = context.make_array(shared)(context, builder, args[0]).data
            inside = builder.addrspacecast(data, ir.PointerType(I32, 3))
            behind = builder.add(builder.ptrtoint(inside, I32), ir.Constant(I32, 15))
            return builder.and_(behind, ir.Constant(I32, -16))

        return types.int32(shared), codegen

    @intrinsic
    def more(typingctx, shared, address, n):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(ir.VoidType(), [I32, I32])
            code = "red.shared.add.u32 [$0], $1;"
            builder.asm(kind, code, "r,r,~{memory}", args[1:], True)
            return context.get_dummy_value()

        return types.void(shared, types.int32, types.int32), codegen

    @intrinsic
    def count_at(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            return builder.load(builder.inttoptr(args[1], ir.PointerType(I32, 3)))

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def put_word(typingctx, shared, address, word):
        def codegen(context, builder, signature, args):
            builder.store(args[2], builder.inttoptr(args[1], ir.PointerType(I32, 3)))
            return context.get_dummy_value()

        return types.void(shared, types.int32, types.int32), codegen

    @intrinsic
    def byte_at(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(I32, [I32])
            return builder.asm(kind, "ld.shared.u8 $0, [$1];", "=r,r", args[1:], True)

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def sum_of_four(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            four = builder.load(builder.inttoptr(args[1], ir.PointerType(FOUR, 3)), align=16)
            parts = [builder.extract_element(four, ir.Constant(I32, k)) for k in range(4)]
            return builder.add(builder.add(*parts[:2]), builder.add(*parts[2:]))

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def clear_four(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            place = builder.inttoptr(args[1], ir.PointerType(FOUR, 3))
            builder.store(ir.Constant(FOUR, [0, 0, 0, 0]), place, align=16)
            return context.get_dummy_value()

        return types.void(shared, types.int32), codegen

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

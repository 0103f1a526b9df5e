"""Sums of 8 x 8 pairs of rows that stay in a thread's registers, as a tuple of 64.

A tile of a list of rows lies in shared memory lane by lane: `lanes[at + k * pitch + y]` is lane k
of row y. One step takes DEPTH (or two) lanes of the thread's 8 rows on the left (two fours, `half`
apart) and of its 8 on the right, by two loads of 16 bytes each per lane, and adds 64 terms to the
sums. All of it is written out: an array that a loop indexes would not become registers.

`products` adds products, of bytes those of the four in a lane; `differences` adds squares of
differences, of bytes the numbers of bits that differ.
"""

from __future__ import annotations

from numba import config

from ._loads import DEPTH
from ._shapes import SIDE

if config.ENABLE_CUDASIM:
    import numpy as np

    def zeros(zero):
        """The sums of nothing."""
        return (zero,) * (SIDE * SIDE)

    FOUR = np.arange(4)

    def lanes_of(array, at, pitch, half, depth):
        first = at + np.arange(depth)[:, np.newaxis] * pitch
        places = [first + FOUR, first + half + FOUR]
        return np.asarray(array[np.concatenate(places, axis=1)])

    def step(term, depth):
        def added(like, left, right, at_left, at_right, spread, sums):
            half_left, pitch_left, half_right, pitch_right = spread
            a = lanes_of(left, at_left, pitch_left, half_left, depth)[:, :, np.newaxis]
            b = lanes_of(right, at_right, pitch_right, half_right, depth)[:, np.newaxis]
            total = np.array(sums).reshape(SIDE, SIDE)
            with np.errstate(invalid="ignore", over="ignore"):
                return tuple((total + term(like, a, b).sum(0, dtype=total.dtype)).flat)

        return added

    def terms_of_products(like, a, b):
        if like.dtype.itemsize > 1:
            return a * b
        a, b = (np.ascontiguousarray(x)[..., np.newaxis].view(like.dtype) for x in (a, b))
        return (a.astype(np.int32) * b).sum(-1, dtype=np.int32)

    def terms_of_differences(like, a, b):
        if like.dtype.itemsize > 1:
            return (a - b) * (a - b)
        return np.bitwise_count(a ^ b).astype(np.int32)

    products = step(terms_of_products, DEPTH)
    differences, differences_of_two = (step(terms_of_differences, n) for n in (DEPTH, 2))

else:
    from numba import types
    from numba.cuda.extending import intrinsic

    from ._loads import data_of, dot_of_bytes, lane_of, llvm_of, load_of

    @intrinsic
    def zeros(typingctx, zero):
        """The sums of nothing."""

        def codegen(context, builder, signature, args):
            return context.make_tuple(builder, signature.return_type, args * (SIDE * SIDE))

        return types.UniTuple(zero, SIDE * SIDE)(zero), codegen

    def product(dtype, builder, a, b, total):
        if lane_of(dtype) == types.float32:
            return builder.fma(a, b, total)
        return dot_of_bytes(dtype, builder, a, b, total)

    def difference(dtype, builder, a, b, total):
        if lane_of(dtype) == types.int32:
            return builder.add(builder.ctpop(builder.xor(a, b)), total)
        apart = builder.fsub(a, b)
        return builder.fma(apart, apart, total)

    def step(term, depth):
        @intrinsic
        def added(typingctx, like, left, right, at_left, at_right, spread, sums):
            """The sums with the terms of `depth` lanes of rows of the type of `like`."""
            lane = lane_of(like.dtype)
            tuples = types.UniTuple(types.int64, 4), types.UniTuple(lane, SIDE * SIDE)
            signature = tuples[1](like, left, right, types.int64, types.int64, *tuples)

            def codegen(context, builder, signature, args):
                half_left, pitch_left, half_right, pitch_right = (
                    builder.extract_value(args[5], i) for i in range(4)
                )
                data = [data_of(context, builder, left, args[i]) for i in (1, 2)]

                def eight(data, at, half):
                    places = [builder.gep(data, [x]) for x in (at, builder.add(at, half))]
                    return [x for p in places for x in load_of(builder, p, llvm_of(lane), 4, 16)]

                def added_up(a, b, totals):
                    pairs = [(x, y) for x in a for y in b]
                    terms = zip(pairs, totals, strict=True)
                    return [term(like.dtype, builder, *pair, total) for pair, total in terms]

                at_left, at_right = args[3:5]
                totals = [builder.extract_value(args[6], i) for i in range(SIDE * SIDE)]
                for _ in range(depth):
                    a, b = eight(data[0], at_left, half_left), eight(data[1], at_right, half_right)
                    totals = added_up(a, b, totals)
                    at_left = builder.add(at_left, pitch_left)
                    at_right = builder.add(at_right, pitch_right)
                return context.make_tuple(builder, signature.return_type, totals)

            return signature, codegen

        return added

    products = step(product, DEPTH)
    differences, differences_of_two = (step(difference, n) for n in (DEPTH, 2))

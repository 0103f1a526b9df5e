"""Sums of 8 x 8 pairs of rows a thread, by the units that multiply matrices: a warp works together.

Tiles lie in shared memory as `_outer` describes, in lanes of four bytes or of two float16. What a
thread gets is what it would get there: for that the 8 rows on the right that a warp's matrix has
are chosen so that four neighbors of them come to one thread.
"""

from __future__ import annotations

from numba import config, cuda, int64

from ._loads import DEPTH

LEAST_GPU = (8, 0)  # the first generation that has these units for bytes

if config.ENABLE_CUDASIM:
    import numpy as np

    from ._outer import lanes_of
    from ._shapes import SIDE

    def matrix_products(like, left, right, at_left, at_right, y, x, spread, sums):
        """The sums with the products of DEPTH lanes of bytes like `like`'s, or of float16."""
        half_left, pitch_left, half_right, pitch_right = spread
        a = lanes_of(left, at_left + 4 * y, pitch_left, half_left, DEPTH)
        b = lanes_of(right, at_right + 4 * x, pitch_right, half_right, DEPTH)
        is_float = isinstance(sums[0], np.float32)
        kind = np.float16 if is_float else like.dtype
        a, b = (np.ascontiguousarray(v)[..., np.newaxis].view(kind) for v in (a, b))
        wide = np.float32 if is_float else np.int32
        terms = np.einsum("kic,kjc->ij", a.astype(wide), b.astype(wide))
        return tuple((np.array(sums).reshape(SIDE, SIDE) + terms).astype(wide).flat)

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    from ._loads import F32, I32, I64, data_of, load_of

    RESULT, FIRST, SECOND = "{$0, $1, $2, $3}", "{$4, $5, $6, $7}", "{$8, $9}"
    TOTALS = "{$10, $11, $12, $13}"
    SHAPES = {
        types.uint8: "m16n8k32.row.col.s32.u8.u8.s32",
        types.int8: "m16n8k32.row.col.s32.s8.s8.s32",
        types.float16: "m16n8k16.row.col.f32.f16.f16.f32",
    }

    def multiplied(builder, dtype, a, b, totals):
        """The totals with those of a product: 4 words by 2."""
        kind, letter = (F32, "f") if dtype == types.float16 else (I32, "r")
        function = ir.FunctionType(ir.LiteralStructType([kind] * 4), [I32] * 6 + [kind] * 4)
        places = ",".join([f"={letter}"] * 4 + ["r"] * 6 + [letter] * 4)
        code = f"mma.sync.aligned.{SHAPES[dtype]} {RESULT}, {FIRST}, {SECOND}, {TOTALS};"
        result = builder.asm(function, code, places, [*a, *b, *totals], False)
        return [builder.extract_value(result, i) for i in range(4)]

    def number(value):
        return ir.Constant(I64, value)

    def words_of(builder, data, places, halves):
        """A lane's eight words of the rows on the left, and four of those on the right."""
        ends = [
            builder.gep(x, [y])
            for x, place, half in zip(data, places, halves, strict=True)
            for y in (place, builder.add(place, half))
        ]
        left = [x for end in ends[:2] for x in load_of(builder, end, I32, 4, 16)]
        right = [builder.gep(end, [number(k)]) for end in ends[2:] for k in (0, 2)]
        return left, [builder.load(place) for place in right]

    @intrinsic
    def multiply(typingctx, like, left, right, at_left, at_right, spread, sums):
        """The sums with DEPTH lanes' products; places are of the first words that a lane gives."""
        place, four = types.int64, types.UniTuple(types.int64, 4)
        signature = sums(like, left, right, place, place, four, sums)
        dtype = types.float16 if sums.dtype == types.float32 else like.dtype

        def codegen(context, builder, signature, args):
            half_left, pitch_left, half_right, pitch_right = (
                builder.extract_value(args[5], i) for i in range(4)
            )
            data = [
                data_of(context, builder, kind, x)
                for kind, x in ((left, args[1]), (right, args[2]))
            ]
            totals = [builder.extract_value(args[6], i) for i in range(64)]
            halves = (half_left, half_right)
            parts = []
            for part in range(2):
                pitches = [builder.mul(x, number(4 * part)) for x in (pitch_left, pitch_right)]
                places = [builder.add(*pair) for pair in zip(args[3:5], pitches, strict=True)]
                parts.append(words_of(builder, data, places, halves))
            (a, b), (c, d) = parts  # four lanes, and the next four
            for i in range(4):
                rows = a[2 * i], a[2 * i + 1], c[2 * i], c[2 * i + 1]
                for j in range(4):
                    mine = [16 * i + 2 * j + k for k in (0, 1, 8, 9)]
                    terms = [totals[k] for k in mine]
                    found = multiplied(builder, dtype, rows, (b[j], d[j]), terms)
                    for k, value in zip(mine, found, strict=True):
                        totals[k] = value
            return context.make_tuple(builder, signature.return_type, totals)

        return signature, codegen

    @cuda.jit(device=True)
    def matrix_products(like, left, right, at_left, at_right, y, x, spread, sums):
        """The sums with the products of DEPTH lanes of bytes like `like`'s, or of float16."""
        row, lane = y & int64(7), x & int64(3)  # in the warp
        at_left += lane * spread[1] + 4 * y
        column = 4 * (x - lane) + 4 * (row >> int64(1)) + (row & int64(1))
        at_right += lane * spread[3] + column
        return multiply(like, left, right, at_left, at_right, spread, sums)

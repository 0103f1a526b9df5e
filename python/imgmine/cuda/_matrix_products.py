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

    from ._loads import F32, I32, data_of, load_of

    CODE = "mma.sync.aligned.{} {{$0, $1, $2, $3}}, {{$4, $5, $6, $7}}, {{$8, $9}}, {{$10, $11, $12, $13}};"
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
        code = CODE.format(SHAPES[dtype])
        result = builder.asm(function, code, places, [*a, *b, *totals], False)
        return [builder.extract_value(result, i) for i in range(4)]

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
            data = [data_of(context, builder, kind, x) for kind, x in ((left, args[1]), (right, args[2]))]
            totals = [builder.extract_value(args[6], i) for i in range(64)]
            a, b = [], []
            for part in range(2):
                down = builder.mul(pitch_left, ir.Constant(ir.IntType(64), 4 * part))
                first = builder.add(args[3], down)
                ends = [builder.gep(data[0], [x]) for x in (first, builder.add(first, half_left))]
                a.append([x for end in ends for x in load_of(builder, end, I32, 4, 16)])
                down = builder.mul(pitch_right, ir.Constant(ir.IntType(64), 4 * part))
                first = builder.add(args[4], down)
                ends = [first, builder.add(first, half_right)]
                two = ir.Constant(ir.IntType(64), 2)
                ends = [x for end in ends for x in (end, builder.add(end, two))]
                b.append([builder.load(builder.gep(data[1], [x])) for x in ends])
            for i in range(4):
                rows = a[0][2 * i], a[0][2 * i + 1], a[1][2 * i], a[1][2 * i + 1]
                for j in range(4):
                    mine = [16 * i + 2 * j + k for k in (0, 1, 8, 9)]
                    terms = [totals[k] for k in mine]
                    found = multiplied(builder, dtype, rows, (b[0][j], b[1][j]), terms)
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

"""Values of a column in a thread's registers, and weighed sums that slide over them.

32 sums one below the other have the same weights: of the values before them, which are kept, and of
eight more a step, so that each value that is read serves 32 sums. Rows have numbers in a table,
-1 where a border has zeros.
"""

from __future__ import annotations

from numba import config

SUMS, STEP = 32, 8
KEPT = SUMS - 1

if config.ENABLE_CUDASIM:
    import numpy as np

    def some_values(n, skipped=0):
        def values(src, begin, pitch, lines, first):
            """Values of a column from a place in the table on; of 32 all but the first."""
            rows = [int(line) for line in np.asarray(lines[first + skipped : first + n])]
            return tuple(np.float32(src[begin + row * pitch] if row >= 0 else 0) for row in rows)

        return values

    def zeros(zero):
        """The sums of nothing."""
        return (zero,) * SUMS

    def weighed_eight(kept, values, weights, sums):
        """The sums with eight weighed values more each."""
        return slid(kept + values, weights, sums)

    def weighed_one(kept, value, weight, sums):
        """The sums with one more."""
        return slid((*kept, value), (weight,), sums)

    def slid(values, weights, sums):
        values, total = np.array(values, np.float32), np.array(sums, np.float32)
        with np.errstate(all="ignore"):
            for k, weight in enumerate(weights):
                total = total + weight * values[k : k + SUMS]
        return tuple(total)

    def put_column(tile, at, pitch, sums):
        """Write sums a pitch apart."""
        for k, value in enumerate(sums):
            tile[at + k * pitch] = value

    kept_values, eight_values, one_value = some_values(SUMS, 1), some_values(STEP), some_values(1)

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    I8, I32, I64 = (ir.IntType(n) for n in (8, 32, 64))
    F32 = ir.FloatType()
    PLACE, NUMBER = types.int64, types.int32

    def floats(n):
        return types.UniTuple(types.float32, n)

    def guarded(builder, dtype, address, line):
        """The value at an address, or 0 for no row. No branch."""
        is_float = dtype == types.float32
        result, kind, letter = (F32, "f32", "f") if is_float else (I32, "u8", "r")
        code = (
            "{ .reg .pred inside; setp.ge.s32 inside, $2, 0; "
            f"mov.b32 $0, 0; @inside ld.global.{kind} $0, [$1]; }}"
        )
        function = ir.FunctionType(result, [I64, I32])
        value = builder.asm(function, code, f"=&{letter},l,r", [address, line], False)
        return value if is_float else builder.uitofp(value, F32)

    def place_of(builder, line, n_bytes, begin):
        """Where a row's value is: one instruction."""
        kind = ir.FunctionType(I64, [I32, I32, I64])
        code = "mad.wide.s32 $0, $1, $2, $3;"
        return builder.asm(kind, code, "=l,r,r,l", [line, n_bytes, begin], False)

    def numbers_at(context, builder, lines, values, first, n):
        """N numbers of rows; many begin at a multiple of four."""
        data = builder.gep(context.make_array(lines)(context, builder, values).data, [first])
        if n == 1:
            return [builder.load(data)]
        fours = builder.bitcast(data, ir.VectorType(I32, 4).as_pointer())
        found = []
        for k in range(-(-n // 4)):
            four = builder.load(builder.gep(fours, [ir.Constant(I32, k)]), align=16)
            found += [builder.extract_element(four, ir.Constant(I32, i)) for i in range(4)]
        return found[:n]

    def values_from(n, name, skipped=0):
        def typed(typingctx, src, begin, pitch, lines, first):
            def codegen(context, builder, signature, args):
                data = context.make_array(src)(context, builder, args[0]).data
                pointer = builder.gep(data, [args[1]])
                there = builder.addrspacecast(pointer, ir.PointerType(data.type.pointee, 1))
                begin = builder.ptrtoint(there, I64)
                size = ir.Constant(I32, src.dtype.bitwidth // 8)
                n_bytes = builder.mul(args[2], size)
                items = []
                for line in numbers_at(context, builder, lines, args[3], args[4], n)[skipped:]:
                    address = place_of(builder, line, n_bytes, begin)
                    items.append(guarded(builder, src.dtype, address, line))
                return context.make_tuple(builder, signature.return_type, items)

            return floats(n - skipped)(src, PLACE, NUMBER, lines, PLACE), codegen

        typed.__name__ = name
        return intrinsic(typed)

    kept_values = values_from(SUMS, "kept_values", 1)
    eight_values = values_from(STEP, "eight_values")
    one_value = values_from(1, "one_value")

    @intrinsic
    def zeros(typingctx, zero):
        def codegen(context, builder, signature, args):
            return context.make_tuple(builder, signature.return_type, args * SUMS)

        return floats(SUMS)(types.float32), codegen

    def slid_in(builder, values, weights, sums):
        for k, weight in enumerate(weights):
            terms = zip(values[k : k + SUMS], sums, strict=True)
            sums = [builder.fma(weight, value, total) for value, total in terms]
        return sums

    @intrinsic
    def weighed_eight(typingctx, kept, values, weights, sums):
        def codegen(context, builder, signature, args):
            kept, values, weights, sums = (cgutils.unpack_tuple(builder, x) for x in args)
            items = slid_in(builder, [*kept, *values], weights, sums)
            return context.make_tuple(builder, signature.return_type, items)

        eight = floats(STEP)
        return floats(SUMS)(floats(KEPT), eight, eight, floats(SUMS)), codegen

    @intrinsic
    def weighed_one(typingctx, kept, value, weight, sums):
        def codegen(context, builder, signature, args):
            kept, sums = (cgutils.unpack_tuple(builder, args[k]) for k in (0, 3))
            items = slid_in(builder, [*kept, args[1]], [args[2]], sums)
            return context.make_tuple(builder, signature.return_type, items)

        one = types.float32
        return floats(SUMS)(floats(KEPT), one, one, floats(SUMS)), codegen

    @intrinsic
    def put_column(typingctx, tile, at, pitch, sums):
        signature = types.void(tile, PLACE, PLACE, sums)

        def codegen(context, builder, signature, args):
            first = builder.gep(context.make_array(tile)(context, builder, args[0]).data, [args[1]])
            for k, value in enumerate(cgutils.unpack_tuple(builder, args[3])):
                place = builder.mul(args[2], ir.Constant(I64, k))
                builder.store(value, builder.gep(first, [place]))
            return context.get_dummy_value()

        return signature, codegen

"""Loads and stores of 16 bytes, and of lanes a pitch apart, which Numba has no words for.

A lane is 32 bits: a float32 (made of a float16, if need be), or four bytes.
"""

from __future__ import annotations

from functools import reduce

from numba import config

DEPTH = 8  # lanes of a step

if config.ENABLE_CUDASIM:
    import numpy as np

    def ragged_quad(rows, y, at):
        """Four lanes of a row from the value `at` on, 0 behind the row's end."""
        n = 16 if rows.dtype.itemsize == 1 else 4
        values = np.zeros(n, rows.dtype)
        row = np.asarray(rows[y, at : at + n])
        values[: len(row)] = row
        return tuple(values.view(np.int32) if n == 16 else values.astype(np.float32))

    def quad(rows, y, at):
        """The same of rows that begin and end at multiples of 16 (float16: 8) bytes."""
        assert at + (16 if rows.dtype.itemsize == 1 else 4) <= rows.shape[1]
        return ragged_quad(rows, y, at)

    def put_quad(out, y, x, v0, v1, v2, v3):
        """Write four neighbors of a row that begins at a multiple of 16 bytes."""
        assert x % 4 == out.shape[1] % 4 == 0
        out[y, x], out[y, x + 1], out[y, x + 2], out[y, x + 3] = v0, v1, v2, v3

    def put_lanes(like, to, at, pitch, v0, v1, v2, v3):
        """Write what `quad` brought of rows of the type of `like`, a pitch apart."""
        to[at], to[at + pitch], to[at + 2 * pitch], to[at + 3 * pitch] = v0, v1, v2, v3

    def squares_of(like, lanes, at, pitch, total):
        """`total` and the squares of DEPTH lanes a pitch apart, or of their bytes or float16."""
        values = np.asarray(lanes[at + pitch * np.arange(DEPTH)])
        if isinstance(total, np.float32) and values.dtype == np.int32:
            values = values.view(np.float16).astype(np.float32)
        elif like.dtype.itemsize == 1:
            values = values.view(like.dtype).astype(np.int32)
        return total + (values * values).sum(dtype=values.dtype)

    def anew(value, turn):
        """A number of a thread, which is to be worked with afresh on each turn."""
        return value

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    I8, I16, I32, I64 = (ir.IntType(n) for n in (8, 16, 32, 64))
    F32 = ir.FloatType()
    BITS = {types.float32: I32, types.float16: I16, types.int8: I8, types.uint8: I8}

    def lane_of(dtype):
        """The type of the lanes that values come in."""
        return types.int32 if BITS[dtype] == I8 else types.float32

    def llvm_of(lane):
        return I32 if lane == types.int32 else F32

    def dot_of_bytes(dtype, builder, a, b, total):
        """`total` and the products of four bytes each: one instruction."""
        kind, letter = ir.FunctionType(I32, [I32] * 3), "s" if dtype == types.int8 else "u"
        code = f"dp4a.{letter}32.{letter}32 $0, $1, $2, $3;"
        return builder.asm(kind, code, "=r,r,r,r", [a, b, total], False)

    def place_in(context, builder, array, values, y, x):
        """The address of a value of an array of two dimensions that stands in order."""
        made = context.make_array(array)(context, builder, values)
        across = builder.extract_value(made.shape, 1)
        return builder.gep(made.data, [builder.add(builder.mul(y, across), x)])

    @intrinsic
    def anew(typingctx, value, turn):
        """The same, so that nothing made of it is kept in registers, which the sums need."""

        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(I32, [I32, I64])
            arguments = [builder.trunc(args[0], I32), args[1]]
            same = builder.asm(kind, "mov.b32 $0, $1;", "=r,r,l", arguments, False)
            return builder.zext(same, I64)  # not negative, so that // is a shift

        return types.int64(types.int64, types.int64), codegen

    def data_of(context, builder, array, values):
        return context.make_array(array)(context, builder, values).data

    def load_of(builder, pointer, item, n, align):
        """The n items that a load of many bytes brings."""
        vector = ir.VectorType(item, n).as_pointer()
        loaded = builder.load(builder.bitcast(pointer, vector), align=align)
        return [builder.extract_element(loaded, ir.Constant(I32, i)) for i in range(n)]

    HALF, NO_HALVES = ir.Constant(I32, 16), [ir.Constant(F32, 0)] * 2

    def widened(builder, pair):
        """The two float16 in 32 bits, as float32."""
        bits, kind = builder.bitcast(pair, I32), ir.FunctionType(F32, [I16])
        halves = [builder.trunc(x, I16) for x in (bits, builder.lshr(bits, HALF))]
        return [builder.asm(kind, "cvt.f32.f16 $0, $1;", "=f,h", [x], False) for x in halves]

    def of_rows(function):
        """An intrinsic that gives four lanes of a row."""

        def typed(typingctx, rows, y, at):
            signature = types.UniTuple(lane_of(rows.dtype), 4)(rows, types.int64, types.int64)

            def codegen(context, builder, signature, args):
                items = function(context, builder, rows, *args)
                return context.make_tuple(builder, signature.return_type, items)

            return signature, codegen

        typed.__name__ = function.__name__
        return intrinsic(typed)

    @of_rows
    def quad(context, builder, rows, values, y, at):
        pointer = place_in(context, builder, rows, values, y, at)
        if rows.dtype == types.float16:  # widened when they have come: nobody waits for them here
            return [*load_of(builder, pointer, F32, 2, 8), *NO_HALVES]
        return load_of(builder, pointer, llvm_of(lane_of(rows.dtype)), 4, 16)

    def guarded(builder, pointer, left, i, n_bits):
        """The i-th value behind a pointer, or 0 if there are not so many left. No branch."""
        size, kind = n_bits // 8, ir.FunctionType(I32, [pointer.type, I64])
        code = (
            f"{{ .reg .pred inside; setp.gt.s64 inside, $2, {i}; mov.u32 $0, 0; "
            f"@inside ld.u{n_bits} $0, [$1+{i * size}]; }}"
        )
        return builder.asm(kind, code, "=&r,l,l", [pointer, left], False)

    @of_rows
    def ragged_quad(context, builder, rows, values, y, at):
        made = context.make_array(rows)(context, builder, values)
        left = builder.sub(builder.extract_value(made.shape, 1), at)
        pointer = place_in(context, builder, rows, values, y, at)
        n_bits = BITS[rows.dtype].width
        found = [guarded(builder, pointer, left, i, n_bits) for i in range(4 if n_bits > 8 else 16)]
        if n_bits == 32:
            return [builder.bitcast(x, F32) for x in found]
        if n_bits == 16:
            pairs = [builder.or_(found[i], builder.shl(found[i + 1], HALF)) for i in (0, 2)]
            return [*[builder.bitcast(x, F32) for x in pairs], *NO_HALVES]
        shifted = [builder.shl(x, ir.Constant(I32, i % 4 * 8)) for i, x in enumerate(found)]
        return [reduce(builder.or_, shifted[i : i + 4]) for i in (0, 4, 8, 12)]

    @intrinsic
    def put_quad(typingctx, out, y, x, v0, v1, v2, v3):
        signature = types.void(out, types.int64, types.int64, *(types.float32,) * 4)

        def codegen(context, builder, signature, args):
            pointer = place_in(context, builder, out, *args[:3])
            vector = ir.Constant(ir.VectorType(F32, 4), ir.Undefined)
            for i, value in enumerate(args[3:]):
                vector = builder.insert_element(vector, value, ir.Constant(I32, i))
            builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=16)
            return context.get_dummy_value()

        return signature, codegen

    @intrinsic
    def put_lanes(typingctx, like, to, at, pitch, v0, v1, v2, v3):
        signature = types.void(like, to, types.int64, types.int64, *(to.dtype,) * 4)

        def codegen(context, builder, signature, args):
            at, pitch, values = args[2], args[3], args[4:]
            data = data_of(context, builder, to, args[1])
            if like.dtype == types.float16:
                values = [x for pair in values[:2] for x in widened(builder, pair)]
            for value in values:
                builder.store(value, builder.gep(data, [at]))
                at = builder.add(at, pitch)
            return context.get_dummy_value()

        return signature, codegen

    @intrinsic
    def squares_of(typingctx, like, lanes, at, pitch, total):
        lane, place = total, types.int64

        def codegen(context, builder, signature, args):
            at, pitch, total = args[2:]
            data = data_of(context, builder, lanes, args[1])
            for _ in range(DEPTH):
                x = builder.load(builder.gep(data, [at]))
                at = builder.add(at, pitch)
                if lane == types.float32:
                    whole = lanes.dtype == types.float32
                    for part in [x] if whole else widened(builder, x):
                        total = builder.fma(part, part, total)
                else:
                    total = dot_of_bytes(like.dtype, builder, x, x, total)
            return total

        return lane(like, lanes, place, place, lane), codegen

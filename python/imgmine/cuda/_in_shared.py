"""Shared memory by addresses of 32 bits, of which Numba's own are 64 and take twice the sums.

Words and floats in words; addresses are in bytes, and begin at `address_of` an array.
"""

from __future__ import annotations

from numba import config, float32, int32

if config.ENABLE_CUDASIM:
    import numpy as np
    from numba.cuda.simulator.kernelapi import FakeCUDAAtomic

    atomic = FakeCUDAAtomic()

    def address_of(shared):
        """Where in shared memory counts begin: at the first multiple of 16 of an array."""
        return int32(0)

    def more(shared, address, n):
        """Add n to the count at an address."""
        atomic.add(shared, address // 4, n)

    def count_at(shared, address):
        return shared[address // 4]

    def word_at(shared, address):
        return int32(shared[address // 4])

    def put_word(shared, address, word):
        shared[address // 4] = word

    def byte_at(shared, address):
        return int32(int(shared[address // 4]) >> 8 * (address % 4) & 255)

    def float_at(shared, address):
        return float32(shared[address // 4])

    def put_float(shared, address, value):
        shared[address // 4] = value

    def four_floats(shared, address):
        """Four floats from an address on that is a multiple of 16."""
        return tuple(float32(shared[address // 4 + k]) for k in range(4))

    def vote_at(shared, address):
        """A word and two floats, in words, from an address on that is a multiple of 16."""
        bits = np.array([int(shared[address // 4 + k]) for k in range(3)], np.int32)
        return bits[0], *bits[1:].view(np.float32)

    def put_vote(shared, address, word, first, second):
        bits = np.array([first, second], np.float32).view(np.int32)
        for k, value in enumerate((word, *bits)):
            shared[address // 4 + k] = value

    def sum_of_four(shared, address):
        """The sum of the four counts from an address on."""
        return int32(shared[address // 4 : address // 4 + 4].sum())

    def clear_four(shared, address):
        shared[address // 4 : address // 4 + 4] = 0

else:
    from llvmlite import ir
    from numba import types
    from numba.cuda.extending import intrinsic

    I32, F32 = ir.IntType(32), ir.FloatType()
    FOUR = ir.VectorType(I32, 4)

    @intrinsic
    def address_of(typingctx, shared):
        def codegen(context, builder, signature, args):
            data = context.make_array(shared)(context, builder, args[0]).data
            data = builder.bitcast(data, I32.as_pointer())
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

    def assembled(builder, code, registers, result, args):
        """What an instruction makes of some values: no other access is moved across it."""
        kind = ir.FunctionType(result, [x.type for x in args])
        return builder.asm(kind, code, f"{registers},~{{memory}}", args, True)

    @intrinsic
    def word_at(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            return assembled(builder, "ld.shared.b32 $0, [$1];", "=r,r", I32, args[1:])

        return types.int32(shared, types.int32), codegen

    @intrinsic
    def float_at(typingctx, shared, address):
        def codegen(context, builder, signature, args):
            return assembled(builder, "ld.shared.f32 $0, [$1];", "=f,r", F32, args[1:])

        return types.float32(shared, types.int32), codegen

    @intrinsic
    def put_float(typingctx, shared, address, value):
        def codegen(context, builder, signature, args):
            code, none = "st.shared.f32 [$0], $1;", ir.VoidType()
            assembled(builder, code, "r,f", none, args[1:])
            return context.get_dummy_value()

        return types.void(shared, types.int32, types.float32), codegen

    def vector_at(builder, code, registers, kinds, address):
        """The items that a load of 16 bytes brings."""
        result = ir.LiteralStructType(kinds)
        loaded = assembled(builder, f"{code} {{$0, $1, $2, $3}}, [$4];", registers, result, address)
        return [builder.extract_value(loaded, k) for k in range(4)]

    @intrinsic
    def four_floats(typingctx, shared, address):
        signature = types.UniTuple(types.float32, 4)(shared, types.int32)

        def codegen(context, builder, signature, args):
            how = "ld.shared.v4.f32", "=f,=f,=f,=f,r", [F32] * 4
            items = vector_at(builder, *how, args[1:])
            return context.make_tuple(builder, signature.return_type, items)

        return signature, codegen

    @intrinsic
    def vote_at(typingctx, shared, address):
        vote = types.Tuple((types.int32, types.float32, types.float32))
        signature = vote(shared, types.int32)

        def codegen(context, builder, signature, args):
            how = "ld.shared.v4.b32", "=r,=f,=f,=r,r", [I32, F32, F32, I32]
            items = vector_at(builder, *how, args[1:])
            return context.make_tuple(builder, signature.return_type, items[:3])

        return signature, codegen

    @intrinsic
    def put_vote(typingctx, shared, address, word, first, second):
        def codegen(context, builder, signature, args):
            code = "st.shared.v4.b32 [$0], {$1, $2, $3, $1};"
            assembled(builder, code, "r,r,f,f", ir.VoidType(), args[1:])
            return context.get_dummy_value()

        floats = types.float32, types.float32
        return types.void(shared, types.int32, types.int32, *floats), codegen

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

"""Words of four bytes: how kernels read, take apart, put together and write four pixels at once.

A pixel is a word, too: its three channels from the lowest byte on; the highest byte is not heeded.
"""

from __future__ import annotations

from numba import config, cuda, int32, uint32

if config.ENABLE_CUDASIM:
    import numpy as np

    def one_word(flat, at):
        """The word of four bytes from byte `at` on, whose address is a multiple of 4."""
        return np.asarray(flat[at : at + 4]).view(np.int32)[0]

    def three_words(flat, at):
        """Three words from byte `at` on, whose address is a multiple of 4."""
        return tuple(np.asarray(flat[at : at + 12]).view(np.int32))

    def four_words(flat, at):
        """Four words from byte `at` on, whose address is a multiple of 16: one load."""
        return tuple(np.asarray(flat[at : at + 16]).view(np.int32))

    def put_words(flat, at, words):
        """Write words from byte `at` on, whose address is a multiple of 4."""
        flat[at : at + 4 * len(words)] = np.array(words, np.int32).view(np.uint8)

    def bytes_of(word):
        """The four bytes of a word, from the lowest."""
        return tuple(np.array([word], np.int32).view(np.uint8).astype(np.int32))

    def permuted(a, b, places):
        """The bytes of a (numbers 0 to 3) and b (4 to 7) that the digits of `places` name.

        Of digits that are larger by 8 only the bytes' highest bits, each eight times.
        """
        both = np.array([a, b], np.int32).view(np.uint8)
        both = np.concatenate([both, both.view(np.int8) >> 7], dtype=np.uint8, casting="unsafe")
        return both[[places >> 4 * k & 15 for k in range(4)]].view(np.int32)[0]

    def dot_low(weights, word, total):
        """`total` and products of two unsigned weights of 16 bits with a word's lower bytes."""
        first, second, _, _ = bytes_of(word)
        return np.int32((weights & 65535) * first + (weights >> 16) * second + total)

    def dot_high(weights, word, total):
        """The same with its upper bytes."""
        return dot_low(weights, np.int32(word) >> 16, total)

    def appended(bits, value):
        """`bits`, shifted by one to the left, and the sign of `value` in the lowest."""
        return np.int32((int(bits) << 1 & 0x7FFFFFFF) | int(value < 0))

    def bits_of(n):
        """How many bits a number has that is not negative."""
        return np.int32(int(n).bit_length())

    def lowest_of(bits):
        """The number of the lowest bit that is set."""
        return np.int32((int(bits) & -int(bits)).bit_length() - 1)

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    I32 = ir.IntType(32)

    def place_of(context, builder, flat, values, at):
        return builder.gep(context.make_array(flat)(context, builder, values).data, [at])

    def of_flat(n, load):
        """An intrinsic that gives n words."""

        def typed(typingctx, flat, at):
            signature = types.UniTuple(types.int32, n)(flat, types.int64)

            def codegen(context, builder, signature, args):
                items = load(builder, place_of(context, builder, flat, *args))
                return context.make_tuple(builder, signature.return_type, items)

            return signature, codegen

        typed.__name__ = load.__name__
        return intrinsic(typed)

    @intrinsic
    def one_word(typingctx, flat, at):
        def codegen(context, builder, signature, args):
            pointer = place_of(context, builder, flat, *args)
            return builder.load(builder.bitcast(pointer, I32.as_pointer()), align=4)

        return types.int32(flat, types.int64), codegen

    def three_loaded(builder, pointer):
        first = builder.bitcast(pointer, I32.as_pointer())
        places = [builder.gep(first, [ir.Constant(I32, k)]) for k in range(3)]
        return [builder.load(place, align=4) for place in places]

    def four_loaded(builder, pointer):
        vector = builder.bitcast(pointer, ir.VectorType(I32, 4).as_pointer())
        loaded = builder.load(vector, align=16)
        return [builder.extract_element(loaded, ir.Constant(I32, k)) for k in range(4)]

    three_words, four_words = of_flat(3, three_loaded), of_flat(4, four_loaded)

    @intrinsic
    def put_words(typingctx, flat, at, words):
        signature = types.void(flat, types.int64, types.UniTuple(types.int32, words.count))

        def codegen(context, builder, signature, args):
            pointer = place_of(context, builder, flat, *args[:2])
            first = builder.bitcast(pointer, I32.as_pointer())
            for k, word in enumerate(cgutils.unpack_tuple(builder, args[2])):
                builder.store(word, builder.gep(first, [ir.Constant(I32, k)]), align=4)
            return context.get_dummy_value()

        return signature, codegen

    @intrinsic
    def bytes_of(typingctx, word):
        signature = types.UniTuple(types.int32, 4)(types.int32)

        def codegen(context, builder, signature, args):
            last = ir.Constant(I32, 255)
            shifted = [builder.lshr(args[0], ir.Constant(I32, 8 * k)) for k in range(4)]
            items = [builder.and_(x, last) for x in shifted[:3]] + shifted[3:]
            return context.make_tuple(builder, signature.return_type, items)

        return signature, codegen

    def of_words(code, name):
        """An intrinsic for one instruction that makes a word of three."""

        def typed(typingctx, a, b, c):
            def codegen(context, builder, signature, args):
                kind = ir.FunctionType(I32, [I32] * 3)
                return builder.asm(kind, f"{code} $0, $1, $2, $3;", "=r,r,r,r", args, False)

            return types.int32(*(types.int32,) * 3), codegen

        typed.__name__ = name
        return intrinsic(typed)

    permuted = of_words("prmt.b32", "permuted")
    dot_low = of_words("dp2a.lo.u32.u32", "dot_low")
    dot_high = of_words("dp2a.hi.u32.u32", "dot_high")

    @intrinsic
    def appended(typingctx, bits, value):
        def codegen(context, builder, signature, args):
            kind = ir.FunctionType(I32, [I32, I32])
            code = "shf.l.wrap.b32 $0, $2, $1, 1;"
            return builder.asm(kind, code, "=r,r,r", args, False)

        return types.int32(types.int32, types.int32), codegen

    @intrinsic
    def bits_of(typingctx, n):
        def codegen(context, builder, signature, args):
            zeros = builder.ctlz(args[0], ir.Constant(ir.IntType(1), 0))
            return builder.sub(ir.Constant(I32, 32), zeros)

        return types.int32(types.int32), codegen

    @intrinsic
    def lowest_of(typingctx, bits):
        def codegen(context, builder, signature, args):
            return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

        return types.int32(types.int32), codegen


@cuda.jit(device=True)
def four_bytes(a, b, c, d):
    """The word of four bytes, the first being the lowest."""
    low, high = permuted(a, b, int32(0x0040)), permuted(c, d, int32(0x0040))
    return permuted(low, high, int32(0x5410))


@cuda.jit(device=True)
def copied(source, to, n, me, threads):
    """Copy a table of n values into shared memory, by the threads of a block."""
    k = uint32(me)
    while k < uint32(n):
        to[k] = source[k]
        k = uint32(k + uint32(threads))


@cuda.jit(device=True)
def pixel_of(first, second, third):
    """A pixel of three bytes."""
    return permuted(permuted(first, second, int32(0x0040)), third, int32(0x4410))


@cuda.jit(device=True)
def pixels_at(flat, at):
    """Four pixels from byte `at` on, whose address is a multiple of 4."""
    a, b, c = three_words(flat, at)
    return a, permuted(a, b, int32(0x0543)), permuted(b, c, int32(0x0432)), int32(c >> 8)


@cuda.jit(device=True)
def put_pixels(flat, at, p, q, r, s):
    """Write four pixels from byte `at` on, whose address is a multiple of 4."""
    first, second = permuted(p, q, int32(0x4210)), permuted(q, r, int32(0x5421))
    put_words(flat, at, (first, second, permuted(r, s, int32(0x6542))))


@cuda.jit(device=True)
def pixel_at(flat, i):
    """Pixel i."""
    return pixel_of(int32(flat[3 * i]), int32(flat[3 * i + 1]), int32(flat[3 * i + 2]))


@cuda.jit(device=True)
def put_pixel(flat, i, pixel):
    """Write pixel i."""
    flat[3 * i], flat[3 * i + 1], flat[3 * i + 2], _ = bytes_of(pixel)

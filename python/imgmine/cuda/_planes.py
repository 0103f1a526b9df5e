"""Four pixels of bytes at a time, of one or three channels: read, taken apart, put together.

A row of four pixels is as many words as there are channels: in memory their bytes one after the
other, in a tile each word one channel's. What is `like` is a tuple of as many numbers.
"""

from __future__ import annotations

from typing import Any

from numba import config

if config.ENABLE_CUDASIM:
    import numpy as np

    def planes_of(words):
        """A word of each channel."""
        both = np.array(words, np.int32).view(np.uint8).reshape(4, len(words))
        return tuple(np.ascontiguousarray(both.T).ravel().view(np.int32))

    def words_of(planes):
        """The words as they stand in memory."""
        both = np.array(planes, np.int32).view(np.uint8).reshape(len(planes), 4)
        return tuple(np.ascontiguousarray(both.T).ravel().view(np.int32))

    def start_of(flat, at):
        """Where bytes stand, for what reads words."""
        return at

    def words_from(flat, start, offset, like):
        """Words from any byte on; up to three bytes before and four behind are read, too."""
        at = start + offset
        assert at >= 3
        assert at + 4 * len(like) + 4 <= flat.size
        return tuple(np.asarray(flat[at : at + 4 * len(like)]).view(np.int32))

    def guarded_words(flat, start, line, columns, like):
        """The same of pixels at four offsets of a row, 0 where either is negative."""
        pixels = np.zeros((4, len(like)), np.uint8)
        for k, column in enumerate(columns):
            if line >= 0 and column >= 0:
                at = start + line + column
                pixels[k] = np.asarray(flat[at : at + len(like)])
        return tuple(pixels.reshape(-1).view(np.int32))

    def put_planes(tile, at, pitch, rows):
        """Write words of four rows one after the other, channels a pitch apart."""
        for c, four in enumerate(zip(*map(planes_of, rows), strict=True)):
            tile[at + c * pitch : at + c * pitch + 4] = four

    def begins_word(flat, at):
        """Tell whether an address is a multiple of four."""
        return at % 4 == 0

    def dots_along(rows, weights, sums):
        """16 sums with products of four bytes: of each of four rows by each of four weights."""
        a = np.array(rows, np.int32).view(np.uint8).reshape(4, 1, 4).astype(np.int32)
        b = np.array(weights, np.int32).view(np.uint8).reshape(4, 4)
        return tuple(np.array(sums, np.int32) + (a * b).sum(-1, dtype=np.int32).ravel())

    def signed_dots(rows, weights, sums):
        """The same by weights from -128 to 127."""
        a = np.array(rows, np.int32).view(np.uint8).reshape(4, 1, 4).astype(np.int32)
        b = np.array(weights, np.int32).view(np.int8).reshape(4, 4)
        return tuple(np.array(sums, np.int32) + (a * b).sum(-1, dtype=np.int32).ravel())

    def dots_down(columns, weights, sums):
        """16 sums, four rows of four, with products of the two halves of each column.

        By the upper half of the first of two words of weights, of the second one, by their lower
        halves: each row has its own.
        """
        a = np.array(columns, np.int32).view(np.uint16).reshape(4, 2).astype(np.int32)
        b = np.array(weights, np.int32).view(np.uint8).reshape(2, 2, 2)
        terms = (b[(0, 1, 0, 1), (1, 1, 0, 0)][:, np.newaxis] * a).sum(-1, dtype=np.int32)
        return tuple(np.array(sums, np.int32) + terms.ravel())

    def pairs_of(sums):
        """Two rows of 16 bits in words: eight words of 16 sums."""
        rows = np.array(sums, np.int32).reshape(2, 2, 4)
        return tuple((rows[:, 0] | rows[:, 1] << 16).ravel())

    def packed(sums, place):
        """Four words of the bytes of 16 sums that `place` names: 0x0040 + 17 times its number."""
        lowest = np.array(sums, np.int32) >> 8 * (place & 3)
        return tuple(lowest.astype(np.uint8).view(np.int32))

    def quotients(sums, part):
        """16 sums that are not negative times a part of 2^32, cut off."""
        return tuple(
            (np.array(sums, np.uint64) * np.uint64(part) >> np.uint64(32)).astype(np.int32)
        )

else:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.cuda.extending import intrinsic

    I32, I64 = ir.IntType(32), ir.IntType(64)
    GLOBAL = ir.PointerType(ir.IntType(8), 1)
    WORD = types.int32

    def words(n):
        return types.UniTuple(WORD, n)

    def assembled(builder: Any, code: str, *args: Any) -> Any:
        kind = ir.FunctionType(I32, [I32] * len(args))
        places = ", ".join(f"${k}" for k in range(len(args) + 1))
        return builder.asm(kind, f"{code} {places};", "=r" + ",r" * len(args), args, False)

    def permuted(builder, a, b, places):
        return assembled(builder, "prmt.b32", a, b, ir.Constant(I32, places))

    def four_of(builder, a, b, c, d):
        """The word of four bytes."""
        low, high = permuted(builder, a, b, 0x0040), permuted(builder, c, d, 0x0040)
        return permuted(builder, low, high, 0x5410)

    def chosen(builder, a, b, c, first, second):
        """A word of three words' bytes: some of a and b, then c among them."""
        return permuted(builder, permuted(builder, a, b, first), c, second)

    def split(builder, words):
        if len(words) == 1:
            return words
        a, b, c = words
        places = ((0x0630, 0x5210), (0x0741, 0x6210), (0x0052, 0x7410))
        return [chosen(builder, a, b, c, first, second) for first, second in places]

    def joined(builder, planes):
        if len(planes) == 1:
            return planes
        r, g, b = planes
        places = ((0x0140, 0x2410), (0x0625, 0x2150), (0x0073, 0x7106))
        return [chosen(builder, r, g, b, first, second) for first, second in places]

    def of_words(function, name):
        """An intrinsic that makes as many words of words."""

        def typed(typingctx, given):
            def codegen(context, builder, signature, args):
                items = function(builder, cgutils.unpack_tuple(builder, args[0]))
                return context.make_tuple(builder, signature.return_type, items)

            return words(given.count)(words(given.count)), codegen

        typed.__name__ = name
        return intrinsic(typed)

    planes_of, words_of = of_words(split, "planes_of"), of_words(joined, "words_of")

    def pointer_to(context, builder, flat, values, at):
        return builder.gep(context.make_array(flat)(context, builder, values).data, [at])

    @intrinsic
    def start_of(typingctx, flat, at):
        def codegen(context, builder, signature, args):
            pointer = pointer_to(context, builder, flat, *args)
            return builder.ptrtoint(builder.addrspacecast(pointer, GLOBAL), I64)

        return types.int64(flat, types.int64), codegen

    @intrinsic
    def words_from(typingctx, flat, start, offset, like):
        n = like.count

        def codegen(context, builder, signature, args):
            address = builder.add(args[1], builder.zext(args[2], I64))
            bits = builder.shl(builder.trunc(address, I32), ir.Constant(I32, 3))
            whole = builder.and_(address, ir.Constant(I64, -4))
            first = builder.inttoptr(whole, ir.PointerType(I32, 1))
            places = [builder.gep(first, [ir.Constant(I32, k)]) for k in range(n + 1)]
            found = [builder.load(place, align=4) for place in places]
            code = "shf.r.wrap.b32"
            items = [assembled(builder, code, found[k], found[k + 1], bits) for k in range(n)]
            return context.make_tuple(builder, signature.return_type, items)

        return words(n)(flat, types.int64, WORD, like), codegen

    def guarded(builder, address, offset, inside):
        """The byte at an offset, or 0. No branch."""
        kind = ir.FunctionType(I32, [I64, I32])
        code = (
            "{ .reg .pred inside; setp.ge.s32 inside, $2, 0; mov.u32 $0, 0; "
            f"@inside ld.global.u8 $0, [$1+{offset}]; }}"
        )
        return builder.asm(kind, code, "=&r,l,r", [address, inside], False)

    @intrinsic
    def guarded_words(typingctx, flat, start, line, columns, like):
        n = like.count

        def codegen(context, builder, signature, args):
            found = []
            for column in cgutils.unpack_tuple(builder, args[3]):
                inside = builder.or_(args[2], column)
                address = builder.add(args[1], builder.zext(builder.add(args[2], column), I64))
                found += [guarded(builder, address, c, inside) for c in range(n)]
            items = [four_of(builder, *found[4 * k : 4 * k + 4]) for k in range(n)]
            return context.make_tuple(builder, signature.return_type, items)

        return words(n)(flat, types.int64, WORD, words(4), like), codegen

    @intrinsic
    def put_planes(typingctx, tile, at, pitch, rows):
        signature = types.void(tile, types.int64, types.int64, rows)

        def codegen(context, builder, signature, args):
            given = [
                cgutils.unpack_tuple(builder, x) for x in cgutils.unpack_tuple(builder, args[3])
            ]
            place = args[1]
            for four in zip(*(split(builder, row) for row in given), strict=True):
                vector = ir.Constant(ir.VectorType(I32, 4), ir.Undefined)
                for k, word in enumerate(four):
                    vector = builder.insert_element(vector, word, ir.Constant(I32, k))
                pointer = pointer_to(context, builder, tile, args[0], place)
                builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=16)
                place = builder.add(place, args[2])
            return context.get_dummy_value()

        return signature, codegen

    @intrinsic
    def begins_word(typingctx, flat, at):
        def codegen(context, builder, signature, args):
            address = builder.ptrtoint(pointer_to(context, builder, flat, *args), I64)
            rest = builder.and_(builder.trunc(address, I32), ir.Constant(I32, 3))
            return builder.icmp_unsigned("==", rest, ir.Constant(I32, 0))

        return types.boolean(flat, types.int64), codegen

    def of_fours(code, name):
        """An intrinsic for products of four bytes each."""

        def typed(typingctx, rows, weights, sums):
            def codegen(context, builder, signature, args):
                rows, weights, sums = (cgutils.unpack_tuple(builder, x) for x in args)
                pairs = [(row, weight) for row in rows for weight in weights]
                items = [
                    assembled(builder, code, *two, total)
                    for two, total in zip(pairs, sums, strict=True)
                ]
                return context.make_tuple(builder, signature.return_type, items)

            return words(16)(words(4), words(4), words(16)), codegen

        typed.__name__ = name
        return intrinsic(typed)

    dots_along = of_fours("dp4a.u32.u32", "dots_along")
    signed_dots = of_fours("dp4a.u32.s32", "signed_dots")

    @intrinsic
    def dots_down(typingctx, columns, weights, sums):
        def codegen(context, builder, signature, args):
            columns, (a, b), sums = (cgutils.unpack_tuple(builder, x) for x in args)
            rows = (("hi", a), ("hi", b), ("lo", a), ("lo", b))
            pairs = [(*row, column) for row in rows for column in columns]
            items = [
                assembled(builder, f"dp2a.{half}.u32.u32", column, weight, total)
                for (half, weight, column), total in zip(pairs, sums, strict=True)
            ]
            return context.make_tuple(builder, signature.return_type, items)

        return words(16)(words(4), words(2), words(16)), codegen

    @intrinsic
    def pairs_of(typingctx, sums):
        def codegen(context, builder, signature, args):
            s = cgutils.unpack_tuple(builder, args[0])
            both = [(s[8 * k + i], s[8 * k + i + 4]) for k in (0, 1) for i in range(4)]
            items = [permuted(builder, low, high, 0x5410) for low, high in both]
            return context.make_tuple(builder, signature.return_type, items)

        return words(8)(words(16)), codegen

    @intrinsic
    def packed(typingctx, sums, place):
        def codegen(context, builder, signature, args):
            s, place = cgutils.unpack_tuple(builder, args[0]), args[1]
            halves = [
                assembled(builder, "prmt.b32", s[k], s[k + 1], place) for k in range(0, 16, 2)
            ]
            items = [permuted(builder, halves[k], halves[k + 1], 0x5410) for k in (0, 2, 4, 6)]
            return context.make_tuple(builder, signature.return_type, items)

        return words(4)(words(16), WORD), codegen

    @intrinsic
    def quotients(typingctx, sums, part):
        def codegen(context, builder, signature, args):
            sums = cgutils.unpack_tuple(builder, args[0])
            items = [assembled(builder, "mul.hi.u32", x, args[1]) for x in sums]
            return context.make_tuple(builder, signature.return_type, items)

        return words(16)(words(16), types.uint32), codegen

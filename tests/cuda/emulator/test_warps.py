"""What lanes of a warp, and threads of a block, do together."""

import numpy as np
import pytest

from .kernels import kernel, place

LANES = np.arange(64) % 32
ALL = "0xffffffff"


def run(device, instructions, a, block=64):
    """Run instructions from %r1, the thread's value, to %r2."""
    body = f"{place(1, 'u32')} ld.global.u32 %r1, [%rd9];\n {instructions};\n{place(0, 'u32')}"
    body += "st.global.u32 [%rd9], %r2;"
    return device.run(kernel(body, 2), np.zeros_like(a), a, block=block)[0]


@pytest.fixture
def numbers():
    return np.random.default_rng(0).integers(0, 2**32, 64, np.uint32)


@pytest.mark.parametrize("segment", [32, 8])
@pytest.mark.parametrize("by", [1, 5, 16])
def test_shuffles(device, numbers, segment, by):
    """A lane whose source is beyond the segment keeps its own value.

    Only beyond its end where lanes are exchanged: that is what PTX says.
    """
    first = LANES // segment * segment
    sources = {
        "up": LANES - by,
        "down": LANES + by,
        "bfly": LANES ^ by,
        "idx": first + by % segment,
    }
    for kind, source in sources.items():
        is_within = ((source >= first) | (kind == "bfly")) & (source < first + segment)
        bounds = (32 - segment) << 8 | (0 if kind == "up" else 31)
        shuffled = f"shfl.sync.{kind}.b32 %r2|%p1, %r1, {by}, {bounds}, {ALL}"
        expected = numbers[np.where(is_within, source, LANES) + np.arange(64) // 32 * 32]
        np.testing.assert_array_equal(run(device, shuffled, numbers), expected)
        told = run(device, f"{shuffled}; selp.u32 %r2, 1, 0, %p1", numbers)
        np.testing.assert_array_equal(told, is_within)


def test_votes(device, numbers):
    odd = (numbers & 1).reshape(2, 32).astype(bool)
    test = "and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 1"
    ballots = (odd << np.arange(32, dtype=np.uint64)).sum(1)
    actual = run(device, f"{test}; vote.sync.ballot.b32 %r2, %p1, {ALL}", numbers)
    np.testing.assert_array_equal(actual, ballots.repeat(32))
    for values in (numbers, numbers | 1, numbers & ~np.uint32(1)):
        odd = (values & 1).reshape(2, 32)
        for kind, expected in (("any", odd.any(1)), ("all", odd.all(1))):
            instructions = f"{test}; vote.sync.{kind}.pred %p2, %p1, {ALL}; selp.u32 %r2, 1, 0, %p2"
            np.testing.assert_array_equal(run(device, instructions, values), expected.repeat(32))


def test_matches(device, numbers):
    few = numbers % 5
    equal = few.reshape(2, 1, 32) == few.reshape(2, 32, 1)
    expected = (equal << np.arange(32, dtype=np.uint64)).sum(2).ravel()
    actual = run(device, f"match.any.sync.b32 %r2, %r1, {ALL}", few)
    np.testing.assert_array_equal(actual, expected)
    actual = run(device, f"match.all.sync.b32 %r2|%p1, %r1, {ALL}", np.full_like(few, 3))
    np.testing.assert_array_equal(actual, np.full(64, 0xFFFFFFFF))


def test_reductions_of_lanes(device, numbers):
    rows = numbers.reshape(2, 32)
    for name, expected in (
        ("add.u32", rows.sum(1, dtype=np.uint32)),
        ("min.u32", rows.min(1)),
        ("max.s32", rows.view(np.int32).max(1).view(np.uint32)),
        ("and.b32", np.bitwise_and.reduce(rows, 1)),
        ("xor.b32", np.bitwise_xor.reduce(rows, 1)),
    ):
        actual = run(device, f"redux.sync.{name} %r2, %r1, {ALL}", numbers)
        np.testing.assert_array_equal(actual, expected.repeat(32))


def test_some_lanes_of_a_warp_are_enough(device, numbers):
    """The even lanes exchange while the odd ones have nothing to do with it."""
    instructions = (
        "mov.u32 %r2, 7; and.b32 %r3, %r0, 1; setp.eq.u32 %p1, %r3, 1; @%p1 bra odd;"
        "shfl.sync.bfly.b32 %r2, %r1, 2, 31, 0x55555555; odd: mov.u32 %r4, 0"
    )
    expected = np.where(LANES % 2, 7, numbers[np.arange(64) ^ 2])
    np.testing.assert_array_equal(run(device, instructions, numbers), expected)


def test_masks_of_lanes(device, numbers):
    for name, expected in (
        ("lt", (1 << LANES) - 1),
        ("le", (2 << LANES) - 1),
        ("eq", 1 << LANES),
        ("gt", 2**32 - (2 << LANES)),
        ("ge", 2**32 - (1 << LANES)),
    ):
        actual = run(device, f"mov.u32 %r2, %lanemask_{name}", numbers)
        np.testing.assert_array_equal(actual, expected)


def test_threads_are_counted_at_a_barrier(device, numbers):
    odd = numbers & 1
    test = "and.b32 %r3, %r1, 1; setp.eq.u32 %p1, %r3, 1"
    actual = run(device, f"{test}; barrier.cta.red.popc.aligned.u32 %r2, 0, %p1", numbers)
    np.testing.assert_array_equal(actual, np.full(64, odd.sum()))
    both = f"{test}; bar.red.or.pred %p2, 0, %p1; selp.u32 %r2, 1, 0, %p2"
    np.testing.assert_array_equal(run(device, both, numbers), np.ones(64))
    np.testing.assert_array_equal(run(device, both, numbers & ~np.uint32(1)), np.zeros(64))


def fragments(words, rows_of_lane):
    """Return the words that the lanes of a warp hold of a matrix of rows of eight words."""
    lanes = np.arange(32)
    return [words[lanes // 4 + row, lanes % 4 + word] for row, word in rows_of_lane]


@pytest.mark.parametrize(
    ("kinds", "dtypes"),
    [
        ("u8.u8", (np.uint8, np.uint8)),
        ("s8.s8", (np.int8, np.int8)),
        ("u8.s8", (np.uint8, np.int8)),
        ("f16.f16", (np.float16, np.float16)),
    ],
)
def test_matrix_products(device, kinds, dtypes):
    """The whole of 16 x 8 products; halves whose sums are exact."""
    rng, is_float = np.random.default_rng(4), kinds == "f16.f16"
    shape, sums = ("m16n8k16", "f32") if is_float else ("m16n8k32", "s32")
    bits = [rng.integers(0, 256, (n, 32), np.uint8) for n in (16, 8)]
    if is_float:
        bits = [np.round(rng.normal(size=(n, 16)) * 8).astype(np.float16) for n in (16, 8)]
    a, b = (x.view(dtype) for x, dtype in zip(bits, dtypes, strict=True))
    words = [np.ascontiguousarray(x).view(np.uint32) for x in bits]
    given = fragments(words[0], [(0, 0), (8, 0), (0, 4), (8, 4)])
    given += fragments(words[1], [(0, 0), (0, 4)])
    loads = "".join(
        f"{place(i, 'u32')} ld.global.u32 %r{i}, [%rd9];\n" for i in range(1, len(given) + 1)
    )
    seven = "%f11" if is_float else "%r11"
    begin = "mov.f32 %f11, 0f40E00000;" if is_float else "mov.u32 %r11, 7;"
    out = [f"%f{i}" if is_float else f"%r{i}" for i in range(12, 16)]
    product = (
        f"mma.sync.aligned.{shape}.row.col.{sums}.{kinds}.{sums} {{{', '.join(out)}}}, "
        f"{{%r1, %r2, %r3, %r4}}, {{%r5, %r6}}, {{{seven}, {seven}, {seven}, {seven}}};\n"
    )
    stores = "shl.b32 %r20, %r0, 4; cvt.u64.u32 %rd9, %r20; add.u64 %rd9, %rd9, %rd0;"
    stores += f"st.global.v4.{sums} [%rd9], {{{', '.join(out)}}};"
    result = np.zeros((32, 2, 2), np.float32 if is_float else np.int32)
    ptx = kernel(loads + begin + product + stores, 1 + len(given))
    found = device.run(ptx, result, *given, block=32)[0]
    expected = a.astype(np.float64) @ b.astype(np.float64).T + 7
    # Lane 4 g + t holds columns 2 t and 2 t + 1 of rows g and g + 8.
    actual = found.reshape(8, 4, 2, 2).transpose(2, 0, 1, 3).reshape(16, 8)
    np.testing.assert_array_equal(actual, expected)


def test_a_matrix_product_needs_all_lanes(emulated):
    body = "setp.gt.u32 %p1, %r0, 30; @%p1 bra out; mov.u32 %r1, 0; mov.u32 %r2, 0;"
    body += "mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%r3, %r4, %r5, %r6},"
    body += "{%r1, %r1, %r1, %r1}, {%r1, %r1}, {%r2, %r2, %r2, %r2}; out: mov.u32 %r7, 0;"
    emulated.run(kernel(body), np.zeros(1, np.uint32), block=32)
    assert any("matrix product" in error for error in emulated.errors())

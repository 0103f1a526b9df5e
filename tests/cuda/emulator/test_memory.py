"""Loads, stores and atomics in all kinds of memory."""

import numpy as np
import pytest

from .kernels import kernel, place

N = 128


@pytest.fixture
def numbers():
    return np.random.default_rng(0).integers(0, 2**32, N, np.uint32)


ATOMICS = {
    "add.u32": lambda old, x: old + x,
    "min.s32": lambda old, x: np.minimum(old.view(np.int32), x.view(np.int32)).view(np.uint32),
    "max.u32": np.maximum,
    "and.b32": np.bitwise_and,
    "or.b32": np.bitwise_or,
    "xor.b32": np.bitwise_xor,
}


@pytest.mark.parametrize("space", ["global", "shared"])
@pytest.mark.parametrize("name", ATOMICS)
def test_atomics(device, name, space, numbers):
    """All threads at one place: in whatever order, the same is left."""
    body = f"{place(1, 'u32')} ld.global.u32 %r1, [%rd9];\n"
    if space == "global":
        body += f"red.global.{name} [%rd0], %r1;"
    else:
        body += f"""
    mov.u32 %r4, tile; setp.ne.u32 %p1, %r0, 0; @%p1 bra others;
    ld.global.u32 %r2, [%rd0]; st.shared.u32 [%r4], %r2;
others:
    bar.sync 0; atom.shared.{name} %r3, [%r4], %r1; bar.sync 0;
    ld.shared.u32 %r2, [%r4]; @!%p1 st.global.u32 [%rd0], %r2;"""
    start = np.array([0x12345678], np.uint32)
    ptx = kernel(body, 2, ".shared .align 4 .b8 tile[4];")
    expected = start
    for x in numbers:
        expected = ATOMICS[name](expected, np.array([x]))
    actual = device.run(ptx, start, numbers, block=N)[0]
    np.testing.assert_array_equal(actual, expected)


def test_atomics_return_what_was_there(device):
    """Each thread gets a number of its own; one of them exchanges first."""
    body = f"""
    atom.global.add.u32 %r1, [%rd0], 1; {place(1, "u32")} st.global.u32 [%rd9], %r1;
    atom.global.cas.b32 %r2, [%rd0+4], 5, 6; {place(2, "u32")} st.global.u32 [%rd9], %r2;
    atom.global.inc.u32 %r3, [%rd0+8], 9; atom.global.exch.b32 %r3, [%rd0+12], 8;"""
    zeros = np.zeros(N, np.uint32)
    start = np.array([100, 5, 0, 0], np.uint32)
    left, tickets, seen = device.run(kernel(body, 3), start, zeros, zeros, block=N)
    np.testing.assert_array_equal(np.sort(tickets), 100 + np.arange(N))
    np.testing.assert_array_equal(np.sort(seen), [5] + [6] * (N - 1))
    np.testing.assert_array_equal(left, [100 + N, 6, N % 10, 8])


def test_float_atomics(device):
    x = np.random.default_rng(1).integers(-99, 99, N).astype(np.float32)
    body = f"{place(1, 'f32')} ld.global.f32 %f1, [%rd9]; atom.global.add.f32 %f2, [%rd0], %f1;"
    total = device.run(kernel(body, 2), np.zeros(1, np.float32), x, block=N)[0]
    assert total == x.sum()  # whole numbers: no order rounds


def test_vectors(device, numbers):
    body = """
    shl.b32 %r1, %r0, 4; cvt.u64.u32 %rd5, %r1; add.s64 %rd6, %rd1, %rd5; add.s64 %rd7, %rd0, %rd5;
    ld.global.v4.u32 {%r2, %r3, %r4, %r5}, [%rd6]; st.global.v2.u32 [%rd7], {%r5, %r4};
    st.global.v2.u32 [%rd7+8], {%r3, %r2};"""
    actual = device.run(kernel(body, 2), np.zeros_like(numbers), numbers, block=N // 4)[0]
    np.testing.assert_array_equal(actual, numbers.reshape(-1, 4)[:, ::-1].ravel())


def test_signs_of_small_values(device):
    x = np.arange(-64, 64, dtype=np.int8)
    body = "cvt.u64.u32 %rd5, %r0; add.s64 %rd5, %rd5, %rd1; ld.global.s8 %r1, [%rd5];"
    body += f"{place(0, 's32')} st.global.u32 [%rd9], %r1;"
    actual = device.run(kernel(body, 2), np.zeros(N, np.int32), x, block=N)[0]
    np.testing.assert_array_equal(actual, x)


def test_generic_addresses(device, numbers):
    """Shared and local memory through addresses of all memory."""
    body = f"""
    .local .align 8 .b8 depot[16];
    mov.u64 %rd5, depot; cvta.local.u64 %rd5, %rd5; mov.u64 %rd6, tile;
    cvta.shared.u64 %rd6, %rd6; mad.wide.u32 %rd6, %r0, 4, %rd6;
    {place(1, "u32")} ld.global.u32 %r1, [%rd9]; st.u32 [%rd5+8], %r1; ld.u32 %r2, [%rd5+8];
    st.u32 [%rd6], %r2; isspacep.shared %p1, %rd6; selp.u32 %r4, 1, 0, %p1;
    cvta.to.shared.u64 %rd7, %rd6; ld.shared.u32 %r3, [%rd7]; add.u32 %r3, %r3, %r4;
    {place(0, "u32")} st.global.u32 [%rd9], %r3;"""
    ptx = kernel(body, 2, f".shared .align 4 .b8 tile[{4 * N}];")
    actual = device.run(ptx, np.zeros_like(numbers), numbers, block=N)[0]
    np.testing.assert_array_equal(actual, numbers + np.uint32(1))


def test_shared_memory_that_the_launch_sizes(device, numbers):
    body = f"""
    mov.u32 %r1, dynamic; shl.b32 %r2, %r0, 2; add.u32 %r1, %r1, %r2;
    {place(1, "u32")} ld.global.u32 %r3, [%rd9]; st.shared.u32 [%r1], %r3; bar.sync 0;
    mov.u32 %r4, dynamic; sub.u32 %r5, {4 * N - 4}, %r2; add.u32 %r4, %r4, %r5;
    ld.shared.u32 %r3, [%r4]; {place(0, "u32")} st.global.u32 [%rd9], %r3;"""
    variables = ".shared .align 4 .b8 fixed[12];\n.extern .shared .align 16 .b8 dynamic[];"
    ptx = kernel(body, 2, variables)
    actual = device.run(ptx, np.zeros_like(numbers), numbers, block=N, shared=4 * N)[0]
    np.testing.assert_array_equal(actual, numbers[::-1])


def test_constants_of_the_module(device):
    body = f"""
    mov.u64 %rd5, table; and.b32 %r1, %r0, 3; mad.wide.u32 %rd5, %r1, 4, %rd5;
    ld.global.s32 %r2, [%rd5]; {place(0, "s32")} st.global.u32 [%rd9], %r2;"""
    ptx = kernel(body, 1, ".global .align 4 .s32 table[4] = {5, -7, 11, 13};")
    actual = device.run(ptx, np.zeros(N, np.int32), block=N)[0]
    np.testing.assert_array_equal(actual, np.tile([5, -7, 11, 13], N // 4))

"""What the emulator has to find wrong, and what it must not."""

import ctypes

import numpy as np
import pytest

from .build import image
from .kernels import kernel, place
from .ptx import PtxError
from .translate import translate

N = 64
TILE = f".shared .align 8 .b8 tile[{4 * N}];"


def errors_of(device, body, n_arrays=1, variables=TILE, block=N):
    """Run a kernel on arrays of N numbers; return what it is told to have done wrong."""
    arrays = [np.zeros(N, np.uint32) for _ in range(n_arrays)]
    device.run(kernel(body, n_arrays, variables), *arrays, block=block)
    return device.errors()


@pytest.mark.parametrize("offset", [-4, 4 * N, 1 << 40])
@pytest.mark.parametrize(("access", "told"), [("st.global.u32 [%rd5], %r1", "write")])
def test_global_memory_out_of_bounds(device, access, told, offset):
    errors = errors_of(device, f"mov.u32 %r1, 0; add.s64 %rd5, %rd0, {offset}; {access};")
    assert f"global memory: {told} out of bounds in test_kernel" in errors[0]


def test_an_error_names_thread_and_block(device):
    body = f"setp.ne.u32 %p1, %r0, 37; @%p1 bra done; ld.global.u32 %r1, [%rd0+{4 * N}]; done: ret;"
    (error,) = errors_of(device, body, block=N)
    assert "global memory: read out of bounds in test_kernel" in error
    assert "thread (37, 0, 0) of block (0, 0, 0)" in error


def test_freed_memory(device):
    address = device.put(np.zeros(N, np.uint32))
    device.free(address)
    device.launch(device.function(kernel("ld.global.u32 %r1, [%rd0];")), address)
    assert "global memory: read out of bounds" in device.errors()[0]


def test_shared_and_local_memory_out_of_bounds(device):
    errors = errors_of(device, f"mov.u32 %r1, tile; ld.shared.u32 %r2, [%r1+{4 * N}];")
    assert "shared memory: read out of bounds" in errors[0]
    body = ".local .align 4 .b8 depot[8]; mov.u64 %rd5, depot; st.local.u32 [%rd5+8], %r0;"
    assert "local memory: write out of bounds" in errors_of(device, body)[0]


def test_misaligned_accesses(device):
    for body in (
        "ld.global.u32 %r1, [%rd0+2];",
        "ld.global.v2.u32 {%r1, %r2}, [%rd0+4];",
        "mov.u32 %r1, tile; st.shared.u64 [%r1+4], %rd0;",
    ):
        assert "misaligned access" in errors_of(device, body)[0]


def test_memory_that_was_not_written(device):
    function = device.function(kernel("ld.global.u32 %r1, [%rd0];"))
    address = device.empty(4)
    device.launch(function, address)
    assert "global memory: read of what was not written" in device.errors()[0]
    device.call("cuMemsetD8_v2", address, 0, ctypes.c_size_t(4))
    device.launch(function, address)
    assert device.errors() == []
    device.free(address)
    errors = errors_of(device, "mov.u32 %r1, tile; ld.shared.u32 %r2, [%r1];")
    assert "read of shared memory that was not written" in errors[0]


EXCHANGE = """
    mov.u32 %r1, tile; shl.b32 %r2, %r0, 2; add.u32 %r3, %r1, %r2; st.shared.u32 [%r3], %r0;
    {between}
    xor.b32 %r2, %r2, {bits}; add.u32 %r3, %r1, %r2; ld.shared.u32 %r4, [%r3];
    {after}
"""


@pytest.mark.parametrize("between", ["", "bar.warp.sync -1;"])
def test_races_between_warps(device, between):
    errors = errors_of(device, EXCHANGE.format(between=between, bits=128, after=""))
    assert any("race in shared memory" in error for error in errors)


@pytest.mark.parametrize(("between", "bits"), [("bar.sync 0;", 128), ("bar.warp.sync -1;", 4)])
def test_no_race_behind_a_barrier(device, between, bits):
    assert errors_of(device, EXCHANGE.format(between=between, bits=bits, after="")) == []


def test_races_with_the_next_round(device):
    """Who overwrites what others still read needs a barrier, too."""
    after = "{} add.u32 %r3, %r1, %r2; st.shared.u32 [%r3], %r4;"
    body = EXCHANGE.format(between="bar.sync 0;", bits=128, after="{after}")
    again = "shl.b32 %r2, %r0, 2; " + after
    assert any("race" in e for e in errors_of(device, body.format(after=again.format(""))))
    assert errors_of(device, body.format(after=again.format("bar.sync 0;"))) == []


def test_equal_values_are_no_race(device):
    """Whoever comes last, the same is left."""
    body = "mov.u32 %r1, tile; mov.u32 %r2, {}; st.shared.u32 [%r1], %r2;"
    assert errors_of(device, body.format(7)) == []
    assert any(
        "race in shared memory: two writes" in e for e in errors_of(device, body.format("%r0"))
    )


def test_atomics_race_only_with_others(device):
    start = "mov.u32 %r1, tile; setp.ne.u32 %p1, %r0, 0; @!%p1 st.shared.u32 [%r1], %r0;"
    count = "atom.shared.add.u32 %r2, [%r1], 1;"
    assert errors_of(device, f"{start} bar.sync 0; {count}") == []
    assert any("race" in e for e in errors_of(device, f"{start} {count}"))
    read = f"{start} bar.sync 0; {count} ld.shared.u32 %r3, [%r1];"
    assert any("race" in e for e in errors_of(device, read))


def test_barriers_that_not_all_threads_reach(device):
    errors = errors_of(device, "setp.lt.u32 %p1, %r0, 32; @%p1 bra done; bar.sync 0; done: ret;")
    assert "a barrier of the block that this thread never reaches" in errors[0]
    body = "setp.lt.u32 %p1, %r0, 32; @%p1 bra other; bar.sync 0; ret; other: bar.sync 0;"
    assert "threads of the block wait at different barriers" in errors_of(device, body)[0]


def test_lanes_that_wait_for_others(device):
    """The launch ends there; the next one is not affected."""
    waits = "setp.eq.u32 %p1, %r0, 0; @%p1 bra other; bar.warp.sync -1; ret; other: bar.sync 0;"
    assert "waits for ever for other lanes of its warp" in errors_of(device, waits)[0]
    lacks = "shfl.sync.idx.b32 %r1, %r0, 0, 31, 0x2;"
    assert "mask lacks this lane" in errors_of(device, lacks)[0]
    body = f"{place(0, 'u32')} st.global.u32 [%rd9], %r0;"
    result = device.run(kernel(body), np.zeros(N, np.uint32), block=N)[0]
    np.testing.assert_array_equal(result, np.arange(N))


def test_shuffles_from_nobody(device):
    body = (
        "and.b32 %r1, %r0, 1; setp.eq.u32 %p1, %r1, 1; @%p1 bra done;"
        "shfl.sync.idx.b32 %r1, %r0, 3, 31, 0x55555555; done: ret;"
    )
    assert "a shuffle reads from a lane that takes no part" in errors_of(device, body)[0]


def test_traps(device):
    assert "trap in test_kernel" in errors_of(device, "trap;")[0]


def test_copies_out_of_bounds(device):
    address = device.put(np.zeros(4, np.uint32))
    with pytest.raises(RuntimeError, match="cuMemcpyDtoH_v2 returned 1"):
        device.get(address, np.zeros(5, np.uint32))
    assert "cuMemcpyDtoH: out of bounds" in device.errors()[0]
    device.free(address)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("wmma.load %r1, [%rd0];", "the opcode wmma is not emulated: wmma.load"),
        ("add.cc.u32 %r1, %r2, %r3;", "the qualifier .cc is not emulated: add.cc.u32"),
        ("add.bf16x2 %r1, %r2, %r3;", "values of type .bf16x2 are not emulated"),
        ("min.f16x2 %r1, %r2, %r3;", "min of values of type .f16x2 is not emulated"),
        ("mov.u32 %r1, %clock;", "no register or variable is called %clock in: mov.u32"),
        ("bar.sync 1;", "only number 0"),
    ],
)
def test_what_is_not_emulated_is_said(body, message):
    with pytest.raises(PtxError, match=message.replace(".", r"\.")):
        translate(kernel(body))


def test_calls_and_launches_that_a_driver_refuses(device, capfd):
    function = device.function(kernel(""))
    address = device.empty(4)
    with pytest.raises(RuntimeError, match="cuLaunchKernel returned 1"):
        device.launch(function, address, block=2048)
    with pytest.raises(RuntimeError, match="cuLaunchKernel returned 400"):
        device.launch(function, address, stream=ctypes.c_void_p(12345))
    with pytest.raises(RuntimeError, match="cuModuleLoadData returned 200"):
        device.call("cuModuleLoadData", ctypes.byref(ctypes.c_void_p()), b"\x7fELF")
    found = ctypes.c_void_p()
    name = ctypes.c_char_p(b"cuGraphLaunch")
    with pytest.raises(RuntimeError, match="cuGetProcAddress returned 500"):
        device.call("cuGetProcAddress", name, ctypes.byref(found), 13000, ctypes.c_uint64())
    assert not found
    assert "no or too many blocks or threads" in capfd.readouterr().err
    device.free(address)


def test_memory_runs_out(device):
    device.library.emulator_set_capacity(ctypes.c_size_t(1 << 20))
    with pytest.raises(RuntimeError, match="cuMemAlloc_v2 returned 2"):
        device.empty(1 << 21)
    device.free(device.empty(1 << 19))
    device.library.emulator_set_capacity(ctypes.c_size_t(4 << 30))


def test_kernels_are_compiled_once(emulated):
    first, second = (image(kernel("").replace("test_kernel", name)) for name in ("one", "two"))
    assert first == second

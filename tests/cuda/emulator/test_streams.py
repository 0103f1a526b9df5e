"""Work is done when somebody waits for it, so a wait that is missing shows."""

import ctypes

import numpy as np
import pytest

from .kernels import kernel, place

N = 32
NON_BLOCKING = 1

DOUBLE = kernel(
    f"{place(1, 'u32')} ld.global.u32 %r1, [%rd9]; add.u32 %r1, %r1, %r1;"
    f"{place(0, 'u32')} st.global.u32 [%rd9], %r1;",
    2,
)


@pytest.fixture
def streams(device):
    """Two streams, which do not wait for the default stream either."""
    made = [ctypes.c_void_p(), ctypes.c_void_p()]
    for stream in made:
        device.call("cuStreamCreate", ctypes.byref(stream), NON_BLOCKING)
    yield made
    for stream in made:
        device.call("cuStreamDestroy_v2", stream)


@pytest.fixture
def chain(device):
    """Launch one kernel, which writes what the other reads; give the other's result."""
    x = np.arange(N, dtype=np.uint32)
    source, middle, target = device.put(x), device.empty(4 * N), device.empty(4 * N)
    double = device.function(DOUBLE)
    device.call("cuCtxSynchronize")

    def run(first, second, between=lambda: None):
        device.launch(double, middle, source, block=N, stream=first)
        between()
        device.launch(double, target, middle, block=N, stream=second)
        device.call("cuStreamSynchronize", second)
        return device.errors(), device.get(target, x) // 4

    yield run
    for address in (source, middle, target):
        device.free(address)


def test_one_stream_is_in_order(chain, streams):
    errors, result = chain(streams[0], streams[0])
    assert errors == []
    np.testing.assert_array_equal(result, np.arange(N))


def test_a_missing_wait_shows(chain, streams):
    errors, _ = chain(*streams)
    assert "global memory: read of what was not written" in errors[0]


@pytest.mark.parametrize("first", [None, 0])
def test_streams_that_do_not_block_need_a_wait_for_the_default_one(chain, streams, first):
    pair = (None, streams[0]) if first is None else (streams[0], None)
    errors, _ = chain(*pair)
    assert "global memory: read of what was not written" in errors[0]


def test_blocking_streams_need_none(device, chain):
    stream = ctypes.c_void_p()
    device.call("cuStreamCreate", ctypes.byref(stream), 0)
    for pair in ((None, stream), (stream, None)):
        errors, result = chain(*pair)
        assert errors == []
        np.testing.assert_array_equal(result, np.arange(N))
    device.call("cuStreamDestroy_v2", stream)


def test_events_are_waited_for(device, chain, streams):
    event = ctypes.c_void_p()
    device.call("cuEventCreate", ctypes.byref(event), 0)

    def wait():
        device.call("cuEventRecord", event, streams[0])
        device.call("cuStreamWaitEvent", streams[1], event, 0)

    errors, result = chain(*streams, wait)
    assert errors == []
    np.testing.assert_array_equal(result, np.arange(N))
    device.call("cuEventDestroy_v2", event)


def test_waiting_on_the_host_will_do(device, chain, streams):
    errors, _ = chain(*streams, lambda: device.call("cuStreamSynchronize", streams[0]))
    assert errors == []


def test_eager_work_is_done_at_once(device, chain, streams):
    device.set_lazy(False)
    errors, result = chain(*streams)
    assert errors == []
    np.testing.assert_array_equal(result, np.arange(N))


def test_copies_from_the_host_are_taken_at_the_call(device, streams):
    x = np.arange(N, dtype=np.uint32)
    address = device.empty(4 * N)
    pointer, size = ctypes.c_void_p(x.ctypes.data), ctypes.c_size_t(4 * N)
    device.call("cuMemcpyHtoDAsync_v2", address, pointer, size, streams[0])
    x[:] = 7
    device.call("cuMemcpyDtoHAsync_v2", pointer, address, size, streams[0])
    np.testing.assert_array_equal(x, np.arange(N))
    device.free(address)

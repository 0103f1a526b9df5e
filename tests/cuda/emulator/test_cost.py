"""Instructions are counted where a kernel is translated to do so, and only there."""

import ctypes

import numpy as np

from .kernels import kernel, place

BODY = f"""{place(1, "u32")}
    ld.global.u32 %r1, [%rd9];
    mov.u32 %r4, tile; mad.lo.s32 %r4, %r0, 4, %r4; st.shared.u32 [%r4], %r1;
    cvt.u64.u32 %rd10, %r1; add.s64 %rd10, %rd10, %rd10; cvt.u32.u64 %r1, %rd10;
    ld.global.u32 %r2, [%rd9]; div.u32 %r1, %r1, %r2; st.global.u32 [%rd9], %r1;"""
TILE = ".shared .align 4 .b8 tile[256];"


def cost_of(device, body, counts):
    numbers = np.arange(1, 65, dtype=np.uint32)
    empty, full = (kernel(text, 2, TILE) for text in ("", body))
    costs = []
    for text in (empty, full):
        addresses = device.put(np.zeros(1, np.uint32)), device.put(numbers)
        device.cost()
        device.launch(device.function(text, counts=counts), *addresses, block=(64, 1, 1))
        costs.append(device.cost())
        np.testing.assert_array_equal(
            device.get(addresses[1], numbers), numbers if text is empty else 2
        )
        for address in addresses:
            device.free(address)
    return [after - before for before, after in zip(*costs, strict=True)]


def test_accesses_and_bytes_of_all_lanes_are_counted(device):
    instructions, in_global, in_shared, n_bytes, doubles = cost_of(device, BODY, counts=True)
    assert (in_global, in_shared, n_bytes, doubles) == (3 * 64, 64, 3 * 4 * 64, 0)
    # Four accesses, a division (18), a 64-bit sum (2), and what finds the places.
    assert instructions >= 64 * (4 + 18 + 2)
    assert instructions <= 64 * (4 + 18 + 2 + 10)


def test_nothing_is_counted_otherwise(device):
    assert cost_of(device, BODY, counts=False) == [0] * 5
    assert isinstance(device.library, ctypes.CDLL)


def test_doubles_are_counted(device):
    body = f"{place(1, 'u32')} cvt.rn.f64.u32 %fd1, %r0; add.f64 %fd1, %fd1, %fd1;"
    numbers = np.zeros(32, np.uint32)
    addresses = device.put(numbers), device.put(numbers)
    device.cost()
    device.launch(device.function(kernel(body, 2), counts=True), *addresses)
    assert device.cost().doubles == 32  # a conversion counts by what it starts from
    for address in addresses:
        device.free(address)

"""Writes PTX for tests: a kernel of n arrays, each thread of which works at its own place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .device import Device

N = 256
DTYPES = {
    **{f"{kind}{bits}": np.dtype(f"u{bits // 8}") for kind in "ub" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": np.dtype(f"i{bits // 8}") for bits in (8, 16, 32, 64)},
    **{f"f{bits}": np.dtype(f"f{bits // 8}") for bits in (16, 32, 64)},
}
FLOAT_EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, np.inf, -np.inf, np.nan, 1e-40, 3e38]

REGISTERS = """
    .reg .pred %p<10>;
    .reg .b16 %h<20>;
    .reg .b32 %r<30>;
    .reg .f32 %f<20>;
    .reg .b64 %rd<30>;
    .reg .f64 %fd<20>;
"""


def kernel(body: str, n_arrays: int = 1, variables: str = "") -> str:
    """Return a module; array i's address is in %rd<i>, the thread's number in the grid in %r0."""
    parameters = ", ".join(f".param .u64 array{i}" for i in range(n_arrays))
    loads = "\n".join(f"    ld.param.u64 %rd{i}, [array{i}];" for i in range(n_arrays))
    return f"""
.version 8.0
.target sm_90
.address_size 64
{variables}
.visible .entry test_kernel({parameters})
{{
{REGISTERS}
{loads}
    mov.u32 %r0, %tid.x;
    mov.u32 %r28, %ctaid.x;
    mov.u32 %r29, %ntid.x;
    mad.lo.s32 %r0, %r28, %r29, %r0;
{body}
    ret;
}}
"""


PREFIX = {"f32": "%f", "f64": "%fd"}
SIZES = {"8": 1, "16": 2, "32": 4, "64": 8}


def register(kind: str, i: int) -> str:
    """Return the i-th register from 1 on that holds a value of a PTX type."""
    if kind in PREFIX:
        return f"{PREFIX[kind]}{i}"
    return {"8": "%h", "16": "%h", "32": "%r", "64": "%rd1"}[kind.lstrip("busf")] + str(i)


def size_of(kind: str) -> int:
    return SIZES[kind.lstrip("busf")]


def place(array: int, kind: str) -> str:
    """Return the instructions that put the address of the thread's value into %rd9."""
    return f"    mad.wide.u32 %rd9, %r0, {size_of(kind)}, %rd{array};\n"


def elementwise(instruction: str, result: str, *kinds: str) -> str:
    """Return a kernel of one instruction: array 0 gets what it makes of the values in the others.

    {0}, {1} ... stand for its registers, the result's first.
    """
    names = [register(result, 0)[:-1] + "8", *(register(k, i) for i, k in enumerate(kinds, 1))]
    body = ""
    for i, kind in enumerate(kinds, 1):
        loaded = f"b{kind[1:]}" if kind == "f16" else kind
        body += place(i, kind) + f"    ld.global.{loaded} {names[i]}, [%rd9];\n"
    body += f"    {instruction.format(*names)};\n" + place(0, result)
    stored = f"b{result[1:]}" if result == "f16" else result
    return kernel(f"{body}    st.global.{stored} [%rd9], {names[0]};", len(kinds) + 1)


def values(kind: str, seed: int, limit: int | None = None) -> np.ndarray:
    """Return N values of a PTX type: those at the ends of its range, then random ones."""
    dtype, rng = DTYPES[kind], np.random.default_rng(seed)
    if limit is not None:
        return rng.integers(0, limit, N).astype(dtype)
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            edges = np.array(FLOAT_EDGES, np.float64).astype(dtype)
        random = (rng.standard_normal(N) * 10.0 ** rng.integers(-3, 4, N)).astype(dtype)
    else:
        info = np.iinfo(dtype)
        edges = np.array([0, 1, info.min, info.max, info.max - 1, info.max // 2], dtype)
        random = rng.integers(info.min, info.max, N, dtype, endpoint=True)
    return np.concatenate([rng.permutation(np.repeat(edges, 4)), random])[:N]


def compute(
    device: Device, instruction: str, result: str, *inputs: tuple[str, np.ndarray]
) -> np.ndarray:
    """Run an instruction on values of PTX types: see elementwise()."""
    ptx = elementwise(instruction, result, *(kind for kind, _ in inputs))
    assert all(x.dtype.itemsize == DTYPES[kind].itemsize for kind, x in inputs)
    out = np.zeros(N, DTYPES[result])
    results = device.run(ptx, out, *(x for _, x in inputs), grid=N // 64, block=64)
    assert device.errors() == []
    return results[0]

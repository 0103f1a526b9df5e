"""Jumps, barriers, and what the lanes of a warp do together: machine/warp.hpp."""

from __future__ import annotations

from .opcodes import Operation, opcode
from .operands import elements, identifier, type_name
from .ptx import PtxError


@opcode("bra")
def jump(operation: Operation) -> str:
    operation.ignore(["uni"])
    return f"goto {identifier('label_', operation.args[0])};"


@opcode("ret", "exit")
def end(operation: Operation) -> str:
    operation.ignore(["uni"])
    return "return;"


@opcode("trap")
def trap(operation: Operation) -> str:
    return 'stop(thread, "trap");'


@opcode("bar", "barrier")
def barrier(operation: Operation) -> str:
    operation.ignore(["cta", "aligned"])
    if operation.has("warp"):
        operation.take(["sync"])
        return f"wait_for_warp(thread, {operation.read(0, 'u32')});"
    if operation.has("red"):
        return reduced_at_barrier(operation)
    operation.take(["sync"])
    if operation.args != ["0"]:
        raise PtxError("of the barriers only number 0, of all threads, is emulated")
    return f"wait_for_block(thread, {operation.site});"


def reduced_at_barrier(operation: Operation) -> str:
    operation.take_type()
    result = {
        "popc": "counted.n_true",
        "and": "(counted.n_true == counted.n_threads)",
        "or": "(counted.n_true != 0)",
    }[operation.take(["popc", "and", "or"])]
    waited = f"wait_for_block(thread, {operation.site}, {operation.read(2, 'pred')})"
    return f"{{ const Counted counted = {waited}; {operation.write(result)} }}"


@opcode("shfl")
def shuffled(operation: Operation) -> str:
    operation.take_type()
    operation.take(["sync"])
    kind = operation.take(["up", "down", "bfly", "idx"])
    values = ", ".join(operation.read(i, "u32") for i in (1, 2, 3, 4))
    target, _, is_within = operation.args[0].partition("|")
    writes = operation.operands.write(target, "value")
    if is_within:
        writes += " " + operation.operands.write(is_within, "is_within")
    given = f"shfl<Shuffle::{kind}>(thread, {values}, &is_within)"
    return f"{{ bool is_within = false; const auto value = {given}; {writes} }}"


@opcode("vote")
def vote(operation: Operation) -> str:
    operation.take_type()
    operation.take(["sync"])
    kind = operation.take(["ballot", "any", "all", "uni"])
    values = f"{operation.read(1, 'pred')}, {operation.read(2, 'u32')}"
    return operation.write(f"vote_{kind}(thread, {values})")


@opcode("match")
def match(operation: Operation) -> str:
    kind = operation.take_type()
    operation.take(["sync"])
    function = f"match_{operation.take(['any', 'all'])}"
    values = f"{operation.read(1, kind)}, {operation.read(2, 'u32')}"
    target, _, is_equal = operation.args[0].partition("|")
    writes = operation.operands.write(target, "lanes")
    if is_equal:
        writes += " " + operation.operands.write(is_equal, "lanes != 0")
    return f"{{ const auto lanes = {function}(thread, {values}); {writes} }}"


@opcode("redux")
def reduced(operation: Operation) -> str:
    kind = operation.take_type()
    operation.take(["sync"])
    name = operation.take(["add", "min", "max", "and", "or", "xor"])
    function = f"bit_{name}" if name in ("and", "or", "xor") else f"int_{name}"
    values = f"{operation.read(1, kind)}, {operation.read(2, 'u32')}"
    return operation.write(f"redux(thread, {values}, {function}<{type_name(kind)}>)")


@opcode("activemask")
def active_lanes(operation: Operation) -> str:
    operation.take_type()
    return operation.write("lanes_alive(thread)")


MATRICES = {"m16n8k32": ("u8", "s8"), "m16n8k16": ("f16",)}


@opcode("mma")
def matrix_product(operation: Operation) -> str:
    """Translate the products that machine/mma.hpp has: of bytes into s32, of f16 into f32."""
    *_, second, first, target = kinds = [operation.take_type() for _ in range(4)]
    if not (operation.has("sync") and operation.has("row") and operation.has("col")):
        raise PtxError("matrices are emulated by rows times columns")
    operation.ignore(["aligned"])
    allowed = MATRICES.get(operation.take(MATRICES), ())
    sums = "f32" if "f16" in allowed else "s32"
    if first not in allowed or second not in allowed or {kinds[0], target} != {sums}:
        raise PtxError(f"a product of .{first} and .{second} into .{target} is not emulated")
    given = ", ".join(
        f"{{{', '.join(operation.operands.read(x, kind) for x in elements(operation.args[i]))}}}"
        for i, kind in ((1, "u32"), (2, "u32"), (3, sums))
    )
    a, b = (type_name(kind) for kind in (first, second))
    writes = " ".join(
        operation.operands.write(register, f"result[{i}]")
        for i, register in enumerate(elements(operation.args[0]))
    )
    called = f"mma<{a}, {b}, {type_name(sums)}>(thread, {given})"
    return f"{{ const auto result = {called}; {writes} }}"

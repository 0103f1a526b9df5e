"""Loads, stores, atomics, addresses and moves."""

from __future__ import annotations

from .opcodes import Operation, opcode
from .operands import elements, type_name

SPACES = ("global", "shared", "local", "param", "const")
# Caches and the order that other threads see accesses in: threads run one at a time.
HINTS = (
    *("volatile", "relaxed", "acquire", "release", "acq_rel", "weak", "gpu", "cta", "sys", "nc"),
    *("ca", "cg", "cs", "cv", "lu", "wb", "wt", "L1::no_allocate", "L1::evict_last"),
    *("L1::evict_first", "L2::64B", "L2::128B", "L2::256B", "noftz"),
)
ATOMICS = {
    **{name: f"int_{name}" for name in ("min", "max")},
    **{name: f"bit_{name}" for name in ("and", "or", "xor")},
    **{name: f"atomic_{name}" for name in ("add", "exch", "cas", "inc", "dec")},
}


def take_space(operation: Operation) -> str:
    operation.ignore(HINTS)
    # ld.shared::cta is what ld.shared is.
    operation.qualifiers = [name.removesuffix("::cta") for name in operation.qualifiers]
    space = operation.take(SPACES, "generic")
    return "global" if space == "const" else space


def reached(operation: Operation, space: str, i: int, size: int, access: str) -> str:
    """Return the call that gives the bytes at the address in place `i`."""
    address = operation.operands.address(operation.args[i])
    return f"reach(thread, Space::{space}, {address}, {size}, Access::{access})"


@opcode("ld", "ldu")
def loaded(operation: Operation) -> str:
    kind, space = operation.take_type(), take_space(operation)
    operation.take(["v2", "v4"])
    targets = elements(operation.args[0])
    size = operation.operands.size_of(kind) * len(targets)
    where = (
        operation.operands.parameter(operation.args[1])
        if space == "param"
        else reached(operation, space, 1, size, "read")
    )
    writes = " ".join(
        operation.operands.write(target, f"load<{type_name(kind)}>(from, {i})")
        for i, target in enumerate(targets)
    )
    return f"{{ const unsigned char* const from = {where}; {writes} }}"


@opcode("st")
def stored(operation: Operation) -> str:
    kind, space = operation.take_type(), take_space(operation)
    operation.take(["v2", "v4"])
    values = elements(operation.args[1])
    size = operation.operands.size_of(kind) * len(values)
    stores = " ".join(
        f"store<{type_name(kind)}>(to, {operation.operands.read(value, kind)}, {i});"
        for i, value in enumerate(values)
    )
    to = reached(operation, space, 0, size, "write")
    return f"{{ unsigned char* const to = {to}; {stores} }}"


@opcode("atom", "red")
def atomic(operation: Operation) -> str:
    kind, space = operation.take_type(), take_space(operation)
    name = operation.take(ATOMICS)
    first = 1 if operation.name == "atom" else 0
    cpp = type_name(kind)
    at = reached(operation, space, first, operation.operands.size_of(kind), "atomic")
    given = ", ".join(operation.read(i, kind) for i in range(first + 1, len(operation.args)))
    result = f"{ATOMICS[name]}(old, {given})"
    if name == "add" and kind == "f32" and space == "global":
        result = f"flushed(atomic_add(flushed(old), flushed({given})))"  # as hardware does there
    old = f"atomic<{cpp}>(at, [&]({cpp} old) {{ return {result}; }})"
    done = operation.write(old) if operation.name == "atom" else f"{old};"
    return f"{{ unsigned char* const at = {at}; {done} }}"


@opcode("cvta")
def converted_address(operation: Operation) -> str:
    operation.take_type()
    function = "from_generic" if operation.has("to") else "to_generic"
    space = take_space(operation)
    return operation.write(f"{function}(thread, Space::{space}, {operation.read(1, 'u64')})")


@opcode("isspacep")
def is_in_space(operation: Operation) -> str:
    space = take_space(operation)
    return operation.write(f"is_in(thread, Space::{space}, {operation.read(1, 'u64')})")


@opcode("mov")
def moved(operation: Operation) -> str:
    kind = operation.take_type()
    target, source = operation.args
    operands = operation.operands
    if source.startswith("{"):
        return packed(operation, kind, elements(source))
    if target.startswith("{"):
        return unpacked(operation, kind, elements(target))
    return operands.write(target, operands.read(source, kind))


def packed(operation: Operation, kind: str, parts: list[str]) -> str:
    bits = 8 * operation.operands.size_of(kind) // len(parts)
    shifted = [
        f"std::uint64_t{{{operation.operands.read(part, f'b{bits}')}}} << {bits * i}"
        for i, part in enumerate(parts)
    ]
    return operation.write(f"static_cast<{type_name(kind)}>({' | '.join(shifted)})")


def unpacked(operation: Operation, kind: str, parts: list[str]) -> str:
    bits = 8 * operation.operands.size_of(kind) // len(parts)
    writes = " ".join(
        operation.operands.write(part, f"static_cast<{type_name(f'b{bits}')}>(whole >> {bits * i})")
        for i, part in enumerate(parts)
    )
    return f"{{ const auto whole = {operation.read(1, kind)}; {writes} }}"


@opcode("prefetch", "prefetchu", "discard", "applypriority", "membar", "fence", "nanosleep")
def without_effect(operation: Operation) -> str:
    operation.qualifiers.clear()
    return ";"

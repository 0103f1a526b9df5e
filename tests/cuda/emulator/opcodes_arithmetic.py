"""Arithmetic, logic, comparisons and conversions: machine/{integers,floats,convert}.hpp."""

from __future__ import annotations

from .opcodes import Operation, opcode
from .operands import FLOATS, type_name
from .ptx import PtxError

MODES = {"rz": "FE_TOWARDZERO", "rm": "FE_DOWNWARD", "rp": "FE_UPWARD"}
INTEGER_ROUNDINGS = ("rni", "rzi", "rmi", "rpi")
ROUNDINGS = ("rn", *MODES)
UNSIGNED_COMPARISONS = {"lo": "lt", "ls": "le", "hi": "gt", "hs": "ge"}
BOOLEANS = {"and": "&", "or": "|", "xor": "^"}
OF_PAIRS = ("add", "sub", "mul", "fma")


def float_operation(operation: Operation, function: str, kind: str, n: int) -> str:
    """Call a function of `n` floats, rounded and flushed as the qualifiers say."""
    if kind == "f16x2" and operation.name not in OF_PAIRS:
        raise PtxError(f"{operation.name} of values of type .f16x2 is not emulated")
    rounding = operation.take(ROUNDINGS, "rn")
    is_flushed, is_saturated = operation.has("ftz"), operation.has("sat")
    operation.ignore(["approx", "full", "noftz"])
    values = [operation.read(i, kind) for i in range(1, n + 1)]
    if is_flushed:
        values = [f"flushed({value})" for value in values]
    result = f"{function}({', '.join(values)})"
    if rounding != "rn":
        called = f"[](auto... values) {{ return {function}(values...); }}"
        result = f"rounded<{MODES[rounding]}, {type_name(kind)}>({', '.join([called, *values])})"
    if is_flushed:
        result = f"flushed({result})"
    return operation.write(f"saturated({result})" if is_saturated else result)


def call(operation: Operation, function: str, kind: str, n: int) -> str:
    """Call a function of `n` values of one type."""
    values = ", ".join(operation.read(i, kind) for i in range(1, n + 1))
    return operation.write(f"{function}({values})")


HALVES = {"u16x2": "u16", "s16x2": "s16"}


@opcode("add", "sub", "neg", "abs", "min", "max", "div")
def either(operation: Operation) -> str:
    """Translate what there is for integers and for floats."""
    kind = operation.take_type()
    n = 1 if operation.name in ("neg", "abs") else 2
    if kind in HALVES and operation.name in ("min", "max"):
        return call(operation, f"{operation.name}_of_halves<{type_name(HALVES[kind])}>", "u32", 2)
    if kind not in FLOATS:
        return call(operation, f"int_{operation.name}", kind, n)
    function = f"{operation.name}_nan" if operation.has("NaN") else f"float_{operation.name}"
    return float_operation(operation, function, kind, n)


@opcode("mul", "mad", "fma")
def multiplied(operation: Operation) -> str:
    kind = operation.take_type()
    n = 2 if operation.name == "mul" else 3
    if kind in FLOATS:
        return float_operation(operation, "fma" if n == 3 else "float_mul", kind, n)
    part = operation.take(["lo", "hi", "wide"], "lo")
    values = [operation.read(i, kind) for i in (1, 2)]
    if n == 3:
        values.append(
            operation.read(3, f"{kind[0]}{2 * int(kind[1:])}" if part == "wide" else kind)
        )
    return operation.write(f"{operation.name}_{part}({', '.join(values)})")


@opcode("sqrt", "rsqrt", "rcp", "ex2", "lg2", "sin", "cos", "tanh")
def of_one_float(operation: Operation) -> str:
    return float_operation(operation, operation.name, operation.take_type(), 1)


@opcode("copysign")
def copysign(operation: Operation) -> str:
    return call(operation, "copysign", operation.take_type(), 2)


@opcode("rem", "sad", "popc", "clz", "brev", "bfind", "prmt")
def of_integers(operation: Operation) -> str:
    n = {"rem": 2, "sad": 3, "prmt": 3}.get(operation.name, 1)
    return call(operation, operation.name, operation.take_type(), n)


@opcode("and", "or", "xor", "not")
def bitwise(operation: Operation) -> str:
    n = 1 if operation.name == "not" else 2
    return call(operation, f"bit_{operation.name}", operation.take_type(), n)


@opcode("shl", "shr")
def shifted(operation: Operation) -> str:
    value = operation.read(1, operation.take_type())
    return operation.write(f"{operation.name}({value}, {operation.read(2, 'u32')})")


@opcode("shf")
def funnel_shifted(operation: Operation) -> str:
    operation.take_type()
    direction = operation.take(["l", "r"])
    limit = {"wrap": "wrapped", "clamp": "clamped"}[operation.take(["wrap", "clamp"])]
    low, high, n = (operation.read(i, "u32") for i in (1, 2, 3))
    return operation.write(f"shf_{direction}({low}, {high}, {limit}({n}))")


@opcode("bfe", "bfi")
def bit_field(operation: Operation) -> str:
    kind = operation.take_type()
    n_values = 1 if operation.name == "bfe" else 2
    values = [operation.read(i, kind) for i in range(1, n_values + 1)]
    places = [operation.read(i, "u32") for i in (n_values + 1, n_values + 2)]
    return operation.write(f"{operation.name}({', '.join(values + places)})")


@opcode("lop3")
def any_function_of_bits(operation: Operation) -> str:
    operation.take_type()
    values = ", ".join(operation.read(i, "u32") for i in (1, 2, 3, 4))
    return operation.write(f"lop3({values})")


@opcode("dp4a", "dp2a")
def dot_product(operation: Operation) -> str:
    second, first = operation.take_type(), operation.take_type()
    bits = 8 if operation.name == "dp4a" else 16
    types = [type_name(f"{first[0]}{bits}"), type_name(f"{second[0]}8")]
    if operation.name == "dp2a":
        types.append("true" if operation.take(["lo", "hi"]) == "hi" else "false")
    values = ", ".join(operation.read(i, "u32") for i in (1, 2, 3))
    return operation.write(f"{operation.name}<{', '.join(types)}>({values})")


@opcode("testp")
def tested(operation: Operation) -> str:
    kind = operation.take_type()
    test = operation.take(["finite", "infinite", "number", "notanumber", "normal", "subnormal"])
    return operation.write(f"testp<Test::{test}>({operation.read(1, kind)})")


def comparison(operation: Operation, kind: str) -> str:
    name = operation.qualifiers.pop(0)
    operation.ignore(["ftz"])
    if kind not in FLOATS:
        name = UNSIGNED_COMPARISONS.get(name, name)
    return f"compare<Comparison::{name}>({operation.read(1, kind)}, {operation.read(2, kind)})"


@opcode("setp")
def set_predicate(operation: Operation) -> str:
    compared = comparison(operation, operation.take_type())
    joint = BOOLEANS.get(operation.take(BOOLEANS), "")
    other = operation.read(3, "pred") if joint else ""
    target, _, inverse = operation.args[0].partition("|")
    operands = operation.operands
    if not inverse:
        return operands.write(target, f"bool({compared} {joint} {other})" if joint else compared)
    # Both are computed before either is written: a target may be an operand.
    yes = f"bool(compared {joint} {other})" if joint else "compared"
    no = f"bool(!compared {joint} {other})" if joint else "!compared"
    writes = operands.write(target, "yes") + operands.write(inverse, "no")
    return f"{{ const bool compared = {compared}; const bool yes = {yes}, no = {no}; {writes} }}"


@opcode("set")
def set_value(operation: Operation) -> str:
    kind, target = operation.take_type(), operation.take_type()
    compared = comparison(operation, kind)
    return operation.write(f"as_mask<{type_name(target)}>({compared})")


@opcode("selp")
def selected(operation: Operation) -> str:
    kind = operation.take_type()
    values = f"{operation.read(1, kind)}, {operation.read(2, kind)}"
    return operation.write(f"selp({values}, {operation.read(3, 'pred')})")


@opcode("slct")
def selected_by_sign(operation: Operation) -> str:
    sign, kind = operation.take_type(), operation.take_type()
    values = f"{operation.read(1, kind)}, {operation.read(2, kind)}"
    return operation.write(f"selp({values}, {operation.read(3, sign)} >= 0)")


@opcode("cvt")
def converted(operation: Operation) -> str:
    source, target = operation.take_type(), operation.take_type()
    rounding = operation.take((*ROUNDINGS, *INTEGER_ROUNDINGS), "none")
    is_flushed, is_saturated = operation.has("ftz"), operation.has("sat")
    if source in FLOATS and target not in FLOATS and rounding not in INTEGER_ROUNDINGS:
        raise PtxError("a conversion to integers must say how it rounds")
    value = operation.read(1, source)
    if is_flushed and source == "f32":
        value = f"flushed({value})"
    saturation = "true" if is_saturated else "false"
    result = f"cvt<{type_name(target)}, Rounding::{rounding}, {saturation}>({value})"
    return operation.write(f"flushed({result})" if is_flushed and target == "f32" else result)

"""What an instruction of PTX costs: an estimate of the machine instructions it becomes.

PTX has 64-bit integers, which the machine adds in two instructions and multiplies in four;
divisions are functions. Moves mostly vanish. Counts are of lanes: an instruction that a warp does
not skip costs each of its lanes, whatever their predicates say.
"""

from __future__ import annotations

from .ptx import BYTES, Instruction

WIDE = {"b64", "u64", "s64"}
DIVISIONS = {"s64": 75.0, "u64": 70.0, "s32": 22.0, "u32": 18.0, "f32": 9.0, "f64": 20.0}
ROOT, SLOW, MOVE = 8.0, 2.0, 0.5
LOGIC = {"setp", "selp", "and", "or", "xor", "not", "neg", "min", "max", "abs", "add", "sub"}
MEMORY = {"ld", "st", "atom", "red"}
DOUBLES = {"add", "sub", "mul", "fma", "div", "sqrt", "cvt", "setp"}
VECTORS = {"v2": 2, "v4": 4}


def counting(instruction: Instruction) -> str:
    """Return the C++ statement that counts an instruction."""
    name, *qualifiers = instruction.opcode.split(".")
    if name == "ld" and "param" in qualifiers:
        return ""  # an operand of what uses it
    kind = qualifiers[-1] if qualifiers else ""
    in_memory = name in MEMORY and "local" not in qualifiers
    in_shared = in_memory and "shared" in qualifiers
    in_global = in_memory and not in_shared
    n = next((count for vector, count in VECTORS.items() if vector in qualifiers), 1)
    n_bytes = n * BYTES.get(kind, 0) if in_global else 0
    in_doubles = kind == "f64" and name in DOUBLES
    figures = weight(name, qualifiers, kind), in_global, in_shared, n_bytes, in_doubles
    return f"cost.add({{{', '.join(str(float(figure)) for figure in figures)}}});"


def weight(name: str, qualifiers: list[str], kind: str) -> float:
    is_wide = kind in WIDE
    if name in ("mov", "cvta") or (kind == "pred" and name in LOGIC):
        return MOVE
    if name in ("div", "rem"):
        return DIVISIONS.get(kind, 10.0)
    if name in ("mul", "mad"):
        return 4.0 if is_wide and "wide" not in qualifiers else 1.0
    if name in LOGIC or name in ("shl", "shr"):
        return 2.0 if is_wide else 1.0
    if name == "sqrt":
        return ROOT
    of_floats = any(qualifier[0] == "f" and qualifier[1:].isdigit() for qualifier in qualifiers)
    if name in ("popc", "clz", "brev") or (name == "cvt" and of_floats):
        return SLOW
    return 1.0

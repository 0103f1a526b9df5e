"""What stands at an instruction's places, in C++: registers, numbers, addresses, variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .ptx import BYTES, PtxError

if TYPE_CHECKING:
    from .ptx import Kernel

CPP = {
    **{f"{kind}{bits}": f"std::uint{bits}_t" for kind in "bu" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": f"std::int{bits}_t" for bits in (8, 16, 32, 64)},
    "f16": "Half",
    "f16x2": "HalfPair",
    "f32": "float",
    "f64": "double",
    "pred": "bool",
}
FLOATS = {"f16", "f16x2", "f32", "f64"}
SPECIAL = {
    "%laneid": "thread.lane",
    "%warpid": "thread.warp",
    "WARP_SZ": "32u",
    **{f"%lanemask_{name}": f"lanemask_{name}(thread.lane)" for name in ("eq", "lt", "le", "gt")},
    "%lanemask_ge": "lanemask_ge(thread.lane)",
    **{
        f"%{name}.{axis}": f"thread.{name}[{i}]"
        for name in ("tid", "ntid", "ctaid", "nctaid")
        for i, axis in enumerate("xyz")
    },
}


def identifier(prefix: str, name: str) -> str:
    return prefix + re.sub(r"\W", "_", name)


def type_name(kind: str) -> str:
    if kind not in CPP:
        raise PtxError(f"values of type .{kind} are not emulated")
    return CPP[kind]


def constant(text: str, kind: str) -> str | None:
    """Return a number as an expression of PTX's type, or None if it is none."""
    cpp = type_name(kind)
    if match := re.fullmatch(r"0[fF]([0-9a-fA-F]{8})", text):
        return f"read<{cpp}>(0x{match[1]}u)"
    if match := re.fullmatch(r"0[dD]([0-9a-fA-F]{16})", text):
        return f"read<{cpp}>(0x{match[1]}ull)"
    if re.fullmatch(r"-?(0[xX][0-9a-fA-F]+|\d+)U?", text):
        bits = int(text.rstrip("U"), 0) % 2**64
        return f"read<{cpp}>(std::uint64_t{{{bits}ull}})"
    if kind in FLOATS and re.fullmatch(r"-?\d+\.\d*([eE][-+]?\d+)?", text):
        return f"{cpp}({text})"
    return None


class Operands:
    """Turns operands of a kernel's instructions into expressions."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def register(self, name: str) -> str:
        return identifier("r", name)

    def read(self, text: str, kind: str) -> str:
        """Return the value of an operand as `kind`."""
        if text.startswith("!"):
            return f"!{self.read(text[1:], kind)}"
        cpp = type_name(kind)
        if text in self.kernel.registers:
            return f"read<{cpp}>({self.register(text)})"
        for values in (SPECIAL, self.kernel.shared, self.kernel.local):
            if text in values:
                return f"static_cast<{cpp}>({values[text]})"
        if text in self.kernel.variables:
            return f"reinterpret_cast<std::uint64_t>({identifier('g_', text)})"
        number = constant(text, kind)
        if number is None:
            raise PtxError(f"no register or variable is called {text}")
        return number

    def write(self, target: str, value: str) -> str:
        """Return the statement that puts a value, whose C++ type tells how, into a register."""
        if target == "_":
            return f"static_cast<void>({value});"
        if target not in self.kernel.registers:
            raise PtxError(f"no register is called {target}")
        return f"write({self.register(target)}, {value});"

    def base_and_offset(self, text: str) -> tuple[str, int]:
        match = re.fullmatch(r"\[\s*([%\w$.]+)\s*(?:\+\s*(-?\w+))?\s*\]", text)
        if match is None:
            raise PtxError(f"not an address: {text}")
        return match[1], int(match[2] or "0", 0)

    def address(self, text: str) -> str:
        base, offset = self.base_and_offset(text)
        bits = offset % 2**64
        return f"{self.read(base, 'u64')} + {bits}ull" if offset else self.read(base, "u64")

    def parameter(self, text: str) -> str:
        base, offset = self.base_and_offset(text)
        if base not in self.kernel.parameters:
            raise PtxError(f"no parameter is called {base}")
        return f"parameters + {self.kernel.parameters[base][0] + offset}"

    def size_of(self, kind: str) -> int:
        type_name(kind)
        return BYTES[kind]


def elements(text: str) -> list[str]:
    """Return the registers of a vector operand, or the only one."""
    if not text.startswith("{"):
        return [text]
    return [part.strip() for part in text.strip("{}").split(",")]

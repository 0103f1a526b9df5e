"""Takes the text of a PTX module apart: parameters, registers, variables and instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BYTES = {
    **{f"{kind}{bits}": bits // 8 for kind in "bus" for bits in (8, 16, 32, 64)},
    "f16": 2,
    "f16x2": 4,
    "f32": 4,
    "f64": 8,
    "pred": 1,
}


class PtxError(Exception):
    """Something in PTX that the emulator does not know."""


@dataclass(frozen=True)
class Variable:
    """A variable of the module in global or constant memory."""

    type: str
    align: int
    count: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Instruction:
    text: str
    guard: str
    opcode: str
    operands: list[str]


@dataclass
class Kernel:
    name: str = ""
    parameters: dict[str, tuple[int, int]] = field(default_factory=dict)  # offset, bytes
    registers: dict[str, str] = field(default_factory=dict)
    shared: dict[str, int] = field(default_factory=dict)
    shared_bytes: int = 0
    local: dict[str, int] = field(default_factory=dict)
    local_bytes: int = 0
    variables: dict[str, Variable] = field(default_factory=dict)
    body: list[Instruction | str] = field(default_factory=list)  # a str is a label


def parse(ptx: str) -> Kernel:
    """Read a module that has one kernel."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", "", ptx, flags=re.DOTALL)
    text = re.sub(r"^\s*\.(loc|file|section)\b[^\n]*", "", text, flags=re.MULTILINE)
    entries = re.findall(r"\.entry\s+([\w$]+)\s*\((.*?)\)[^{]*\{(.*?)\n\}", text, re.DOTALL)
    if len(entries) != 1:
        raise PtxError(f"a module must have one kernel, got {len(entries)}")
    if re.search(r"\.func\b", text):
        raise PtxError("functions that are not inlined are not emulated")
    name, parameters, body = entries[0]
    kernel = Kernel(name)
    read_parameters(kernel, parameters)
    read_shared(kernel, text)
    read_local(kernel, body)
    read_registers(kernel, body)
    read_variables(kernel, text, body)
    kernel.body = [read_statement(kernel, statement) for statement in statements(body)]
    return kernel


def aligned(offset: int, to: int) -> int:
    return -(-offset // to) * to


def read_parameters(kernel: Kernel, text: str) -> None:
    pattern = r"\.param\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d+)\])?"
    end = 0
    for align, kind, name, count in re.findall(pattern, text):
        size = BYTES[kind] * int(count or 1)
        begin = aligned(end, int(align or BYTES[kind]))
        kernel.parameters[name] = begin, size
        end = begin + size


def read_shared(kernel: Kernel, text: str) -> None:
    pattern = r"\.shared\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d*)\])?\s*;"
    for align, kind, name, count in re.findall(pattern, text):
        begin = aligned(kernel.shared_bytes, int(align or BYTES[kind]))
        kernel.shared[name] = begin
        # An array without a size is the dynamic part, which begins behind all others.
        kernel.shared_bytes = begin + BYTES[kind] * int(1 if count is None else count or 0)


def read_local(kernel: Kernel, body: str) -> None:
    pattern = r"\.local\s+\.align\s+(\d+)\s+\.b8\s+([\w$]+)\[(\d+)\]\s*;"
    for align, name, count in re.findall(pattern, body):
        kernel.local[name] = aligned(kernel.local_bytes, int(align))
        kernel.local_bytes = kernel.local[name] + int(count)


def read_registers(kernel: Kernel, body: str) -> None:
    used = set(re.findall(r"[%\w$]+", re.sub(r"\.reg[^;]*;", "", body)))
    for kind, names in re.findall(r"\.reg\s+\.(\w+)\s+([^;]+);", body):
        for name in (name.strip() for name in names.split(",")):
            prefix, _, count = name.rstrip(">").partition("<")
            numbered = [f"{prefix}{i}" for i in range(int(count))] if count else [prefix]
            kernel.registers.update({register: kind for register in numbered if register in used})


def read_variables(kernel: Kernel, text: str, body: str) -> None:
    pattern = (
        r"\.(?:global|const)\s+(?:\.align\s+(\d+)\s+)?\.(\w+)\s+([\w$]+)(?:\[(\d+)\])?"
        r"\s*(?:=\s*(?:\{([^}]*)\}|([^;{]+)))?;"
    )
    for align, kind, name, count, values, value in re.findall(pattern, text):
        if re.search(re.escape(name) + r"\b", body):
            listed = tuple(x.strip() for x in (values or value).split(",") if x.strip())
            aligned_to = int(align or BYTES[kind])
            kernel.variables[name] = Variable(kind, aligned_to, int(count or 1), listed)


def statements(body: str) -> list[str]:
    """Split at semicolons and behind labels; the braces of scopes are left out."""
    found, current = [], ""
    for character in body:
        at_start = not current.strip()
        if at_start and character in "{}":
            continue
        if character == ";" or (character == ":" and re.fullmatch(r"\s*[\w$]+", current)):
            found.append(current.strip() + (":" if character == ":" else ""))
            current = ""
        else:
            current += character
    if current.strip():
        raise PtxError(f"the kernel's text ends in {current.strip()!r}")
    return [text for text in found if text and not re.match(r"\.(reg|local|shared|pragma)\b", text)]


def read_statement(kernel: Kernel, text: str) -> Instruction | str:
    if text.endswith(":"):
        return text[:-1]
    match = re.fullmatch(r"(?:@(!?[%\w$]+)\s+)?([\w.:]+)\s*(.*)", text, re.DOTALL)
    if match is None:
        raise PtxError(f"not an instruction: {text}")
    return Instruction(text, match[1] or "", match[2], split_operands(match[3]))


def split_operands(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    return [part.strip() for part in re.split(r",(?![^{\[(]*[}\])])", text) if part.strip()]

"""The table of opcodes, and what each takes off its qualifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ptx import Instruction, PtxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .operands import Operands

    Translator = Callable[["Operation"], str]

TRANSLATORS: dict[str, Translator] = {}


def opcode(*names: str) -> Callable[[Translator], Translator]:
    """Register what translates instructions of these names."""

    def register(function: Translator) -> Translator:
        TRANSLATORS.update(dict.fromkeys(names, function))
        return function

    return register


class Operation:
    """An instruction while it is translated. A qualifier that nobody has taken is an error."""

    def __init__(self, instruction: Instruction, operands: Operands, site: int) -> None:
        self.name, *self.qualifiers = instruction.opcode.split(".")
        self.args = instruction.operands
        self.operands = operands
        self.site = site

    def take_type(self) -> str:
        return self.qualifiers.pop()

    def take(self, names: Iterable[str], default: str = "") -> str:
        """Remove the first qualifier that is one of `names`, and return it."""
        for name in self.qualifiers:
            if name in names:
                self.qualifiers.remove(name)
                return name
        return default

    def has(self, name: str) -> bool:
        return self.take([name]) == name

    def ignore(self, names: Iterable[str]) -> None:
        """Remove what makes no difference here."""
        self.qualifiers = [name for name in self.qualifiers if name not in names]

    def read(self, i: int, kind: str) -> str:
        return self.operands.read(self.args[i], kind)

    def write(self, value: str) -> str:
        return self.operands.write(self.args[0], value)


def translate_instruction(instruction: Instruction, operands: Operands, site: int) -> str:
    """Return the C++ statement for an instruction; `site` is its number."""
    operation = Operation(instruction, operands, site)
    if operation.name not in TRANSLATORS:
        raise PtxError(f"the opcode {operation.name} is not emulated: {instruction.text}")
    try:
        statement = TRANSLATORS[operation.name](operation)
    except (PtxError, IndexError, KeyError) as error:
        raise PtxError(f"{error} in: {instruction.text}") from error
    if operation.qualifiers:
        rest = ".".join(operation.qualifiers)
        raise PtxError(f"the qualifier .{rest} is not emulated: {instruction.text}")
    if instruction.guard:
        return f"if ({operands.read(instruction.guard, 'pred')}) {{ {statement} }}"
    return statement

"""PTX of one kernel to C++ for machine/kernel.hpp."""

from __future__ import annotations

from . import opcodes_arithmetic, opcodes_control, opcodes_memory
from .cost import counting
from .opcodes import translate_instruction
from .operands import Operands, constant, identifier, type_name
from .ptx import BYTES, Instruction, Kernel, Variable, parse

# They register what they translate.
OPCODES = (opcodes_arithmetic, opcodes_control, opcodes_memory)


def translate(ptx: str, *, counts: bool = False) -> str:
    """Return the C++ of the kernel in a PTX module, which counts what it does if it shall.

    Names of kernels do not stand in it.
    """
    kernel = parse(ptx)
    parts = [
        '#include "machine/kernel.hpp"\n\nnamespace emulator {\nnamespace {\n',
        *(definition(name, variable) for name, variable in kernel.variables.items()),
        function(kernel, counts),
        description(kernel),
        '}  // namespace\n\nextern "C" const Kernel emulated_kernel = description;\n',
        "}  // namespace emulator\n",
    ]
    return "\n".join(parts)


def definition(name: str, variable: Variable) -> str:
    values = ", ".join(constant(value, variable.type) or value for value in variable.values)
    begin = f"alignas({variable.align}) {type_name(variable.type)} {identifier('g_', name)}"
    return f"{begin}[{variable.count}] = {{{values}}};"


def function(kernel: Kernel, counts: bool) -> str:
    operands = Operands(kernel)
    lines = ["void run(Thread& thread, const unsigned char* parameters) {"]
    if kernel.local_bytes:
        lines.append(f"    alignas(16) unsigned char depot[{kernel.local_bytes}];")
        lines.append("    thread.local = depot;")
    lines.append(f"    thread.local_bytes = {kernel.local_bytes};")
    for name, kind in kernel.registers.items():
        cpp = "bool" if kind == "pred" else type_name(f"b{8 * max(BYTES[kind], 2)}")
        lines.append(f"    {cpp} {operands.register(name)} = 0;")
    for site, item in enumerate(kernel.body):
        if isinstance(item, Instruction):
            count = counting(item) if counts else ""
            lines.append(f"    {count}{translate_instruction(item, operands, site)}")
        else:
            lines.append(f"{identifier('label_', item)}:;")
    return "\n".join([*lines, "}\n"])


def description(kernel: Kernel) -> str:
    parameters = ", ".join(f"{{{a}, {n}}}" for a, n in kernel.parameters.values())
    variables = ", ".join(
        f'{{"{name}", {identifier("g_", name)}, sizeof {identifier("g_", name)}}}'
        for name in kernel.variables
    )
    n_parameters, n_variables = len(kernel.parameters), len(kernel.variables)
    return (
        f"const Parameter parameters[] = {{{parameters or '{}'}}};\n"
        f"const Variable variables[] = {{{variables or '{}'}}};\n"
        f"const Kernel description = {{&run, {kernel.shared_bytes}, {n_parameters}, parameters, "
        f"{n_variables}, variables}};\n"
    )

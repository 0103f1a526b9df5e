"""Lets pytest run on the emulator: kernels go there, and what it finds wrong fails the test.

Numba compiles, links and launches as for a GPU; only the machine code that it loads is replaced
by the same PTX, translated. LD_LIBRARY_PATH has to name the emulator's driver: see __main__.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .build import image
from .device import Emulator

if TYPE_CHECKING:
    from collections.abc import Generator

emulator: Emulator | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("CUDA emulator")
    group.addoption("--emulator-seed", type=int, default=1, help="0: threads run by their numbers")
    group.addoption("--emulator-eager", action="store_true", help="do work when it is queued")


def pytest_configure(config: pytest.Config) -> None:
    global emulator
    emulator = Emulator("libcuda.so.1")
    emulator.set_order(config.getoption("emulator_seed"))
    emulator.set_lazy(not config.getoption("emulator_eager"))
    replace_machine_code()


def replace_machine_code(*, counts: bool = False) -> None:
    """Have Numba's compiled kernels load what was translated from their PTX."""
    from cuda.core import ObjectCode
    from numba.cuda.codegen import CUDACodeLibrary

    linked = CUDACodeLibrary.get_cubin

    def get_cubin(self: Any, cc: Any = None) -> Any:
        linked(self, cc)  # what the linker's compiler has to say of it counts
        ptx = self.get_asm_str(cc=self._ensure_cc(cc))
        return ObjectCode.from_cubin(image(ptx, counts=counts))

    CUDACodeLibrary.get_cubin = get_cubin


def judge(item: pytest.Item) -> Generator[None, object, object]:
    """Fail what made the emulator report something."""
    try:
        result = yield
    except BaseException:
        item.add_report_section("call", "CUDA emulator", "\n".join(found()))
        raise
    if errors := found():
        pytest.fail("the CUDA emulator reports:\n" + "\n".join(errors), pytrace=False)
    return result


def found() -> list[str]:
    return emulator.errors() if emulator else []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from judge(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from judge(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from judge(item))

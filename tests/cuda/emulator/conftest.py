"""The emulator's own tests need no Numba: only a C++ compiler, and Linux for its coroutines."""

import sys

import pytest

from .build import compiler
from .device import Device


@pytest.fixture(scope="session", autouse=True)
def known_signatures():
    """Stand in for the folder above's fixture, which imports Numba."""


@pytest.fixture(scope="session")
def emulated():
    if sys.platform != "linux":
        pytest.skip("the CUDA emulator runs on Linux")
    if compiler() is None:
        pytest.skip("no C++ compiler was found to build the CUDA emulator with")
    return Device()


@pytest.fixture(params=[0, 1], ids=["in_order", "shuffled"])
def device(emulated, request):
    """Nothing may depend on the order of threads, and no error is left behind untold."""
    emulated.set_order(request.param)
    emulated.set_lazy(True)
    yield emulated
    assert emulated.errors() == []
    emulated.set_order(0)

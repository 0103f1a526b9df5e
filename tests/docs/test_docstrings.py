"""The examples in the docstrings do run."""

import doctest
import importlib
import pkgutil

import imgmine
import pytest


def modules():
    found = [info.name for info in pkgutil.walk_packages(imgmine.__path__, "imgmine.")]
    # Kernels are imported where Numba simulates a GPU: tests/cuda.
    found = [name for name in found if not name.startswith("imgmine.cuda._")]
    return ["imgmine", *(name for name in found if not name.endswith(("_core", "__main__")))]


@pytest.mark.parametrize("name", modules())
def test_examples(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.parametrize(
    "name", ["color", "filters", "geometry", "features", "similarity", "classify", "metrics", "io"]
)
def test_everything_public_has_an_example(name):
    package = importlib.import_module(f"imgmine.{name}")
    for public in package.__all__:
        assert ">>> " in getattr(package, public).__doc__, f"{name}.{public} has no example"

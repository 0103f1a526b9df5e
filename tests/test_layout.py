"""One name everywhere, and nobody calls upwards."""

import re
from pathlib import Path

import imgmine
import pytest

ROOT = Path(__file__).parents[1]
NOT_FEATURES = {"base", "kernels", "capi", "bindings", "include"}

FEATURES = sorted(
    (source.parent.name, source.stem)
    for source in (ROOT / "csrc").glob("*/*.cpp")
    if source.parent.name not in NOT_FEATURES
)

# Which folders of csrc each folder may include, besides itself.
MAY_INCLUDE = {
    "base": set(),
    "kernels": set(),
    "color": {"base", "kernels"},
    "similarity": {"base", "kernels"},
    "filters": {"base", "kernels", "color"},
    "geometry": {"base", "kernels", "color"},
    "enhance": {"base", "kernels", "color", "filters"},
    "compress": {"base", "kernels", "color"},
    "metrics": {"base", "kernels", "filters", "similarity"},
    "search": {"base", "kernels", "similarity"},
    "segment": {"base", "kernels", "color", "cluster", "filters", "enhance"},
    "cluster": {"base", "kernels", "similarity"},
    "features": {
        "base",
        "kernels",
        "color",
        "similarity",
        "cluster",
        "filters",
        "geometry",
        "enhance",
        "segment",
    },
    "classify": {"base", "kernels", "similarity"},
    "nn": {"base", "kernels", "geometry"},
    "generate": {"base"},
}
MAY_INCLUDE["capi"] = set(MAY_INCLUDE)
MAY_INCLUDE["bindings"] = set(MAY_INCLUDE)
MAY_INCLUDE["include"] = set()

SOURCES = sorted(p for p in (ROOT / "csrc").rglob("*") if p.suffix in {".hpp", ".cpp", ".h"})
TEXTS = sorted(
    path
    for folder in ("csrc", "python", "examples", "benchmarks", "cmake")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".hpp", ".cpp", ".h", ".py", ".pyi", ".cmake", ".in"}
)


@pytest.mark.parametrize(("module", "feature"), FEATURES)
def test_feature_has_its_companions(module, feature):
    companions = (
        f"csrc/{module}/{feature}.hpp",
        f"python/imgmine/{module}/_{feature}.py",
        f"tests/{module}/test_{feature}.py",
        f"benchmarks/{module}/bench_{feature}.py",
    )
    assert [path for path in companions if not (ROOT / path).exists()] == []


def test_every_folder_has_its_place():
    folders = {path.name for path in (ROOT / "csrc").iterdir() if path.is_dir()}
    assert folders == MAY_INCLUDE.keys()


def test_includes_point_downwards():
    wrong = []
    for source in SOURCES:
        folder = source.relative_to(ROOT / "csrc").parts[0]
        text = source.read_text("utf-8")
        included = set(re.findall(r'^\s*#\s*include\s+"(\w+)/', text, re.MULTILINE))
        wrong += [(source, name) for name in included - MAY_INCLUDE[folder] - {folder}]
    assert wrong == []


def test_only_bindings_know_python():
    python = re.compile(r"pybind11|Python\.h|PyObject|numpy/")
    knowing = {p.parent.name for p in SOURCES if python.search(p.read_text("utf-8"))}
    assert knowing == {"bindings"}


def test_every_binding_belongs_to_a_folder():
    """One file for a folder, or one for each topic of it: filters.cpp, filters_edges.cpp."""
    bindings = {path.stem.split("_")[0] for path in (ROOT / "csrc/bindings").glob("*.cpp")}
    assert bindings - {"module"} <= {*MAY_INCLUDE, "container", "tables"}


def test_packages_stand_in_one_order_everywhere():
    """A folder of the core's features is a package, has tests and benchmarks, and is offered."""
    for module in {module for module, _ in FEATURES}:
        assert module in imgmine.__all__
        for folder in ("python/imgmine", "tests", "benchmarks"):
            assert (ROOT / folder / module).is_dir(), f"{folder}/{module}"


def test_no_paths_of_somebodys_machine():
    absolute = re.compile(r"(?<![\w.:/~])/(work|opt|home|root|Users)/\w")
    assert [path for path in TEXTS if absolute.search(path.read_text("utf-8"))] == []

"""Every public name is on its package's page of the documentation, and no other is."""

import importlib
import re
from pathlib import Path

import imgmine
import pytest

PAGES = Path(__file__).parents[2] / "docs/packages"
PACKAGES = [
    *("io", "color", "filters", "geometry", "enhance", "compress", "segment", "features"),
    *("similarity", "search", "classify", "cluster", "metrics", "collection", "nn"),
    *("generate", "cuda"),
]


def listed(page):
    """Return the names below the `autosummary` directives of a page."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\.\. autosummary::\n(?:   :.*\n)*\n((?:   \w+\n)+)", text, re.MULTILINE)
    return [name for table in tables for name in table.split()]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_documented(package):
    assert sorted(listed(package)) == sorted(importlib.import_module(f"imgmine.{package}").__all__)


def test_packages_are_documented():
    packages = {
        p.name for p in Path(imgmine.__file__).parent.iterdir() if (p / "__init__.py").exists()
    }
    assert packages == {*PACKAGES, "cli"}


def test_top_level_is_documented():
    text = (PAGES / "runtime.md").read_text(encoding="utf-8")
    here = {*listed("runtime"), *re.findall(r"py:(?:function|exception):: (\w+)", text)}
    elsewhere = {*PACKAGES, "__version__", "ImageClassifier", "ImageIndex", "find_duplicates"}
    assert here | elsewhere == set(imgmine.__all__)


@pytest.mark.parametrize("name", [n for n in imgmine.__all__ if n.endswith(("Error", "Warning"))])
def test_errors_are_in_the_table(name):
    assert f"{{py:class}}`{name}`" in (PAGES / "runtime.md").read_text(encoding="utf-8")

"""Everything that users can reach says what it is, and shows it where it is a function or class."""

import inspect
import re

import imgmine
import pytest

PACKAGES = [getattr(imgmine, name) for name in imgmine.__all__]
PACKAGES = [imgmine, *(package for package in PACKAGES if inspect.ismodule(package))]


def public_things():
    """Yield each public function and class under its full name."""
    for package in PACKAGES:
        for name in package.__all__:
            thing = getattr(package, name)
            if callable(thing):
                yield f"{package.__name__}.{name}", thing


def members_of(cls):
    """Yield the public methods and properties that a class or its bases within imgmine define."""
    for base in cls.__mro__:
        if base.__module__.startswith("imgmine"):
            for name, member in vars(base).items():
                if not name.startswith("_") and (
                    callable(member) or inspect.isdatadescriptor(member)
                ):
                    yield name, getattr(cls, name)


THINGS = dict(public_things())
CLASSES = {name: thing for name, thing in THINGS.items() if inspect.isclass(thing)}
EXCEPTIONS = {name for name, cls in CLASSES.items() if issubclass(cls, BaseException)}


@pytest.mark.parametrize("name", THINGS)
def test_has_a_docstring(name):
    first_line, *_ = (THINGS[name].__doc__ or "").strip().splitlines() or [""]
    assert re.match(r"[A-Z].*[.,:;]$|[A-Z].* \S+$", first_line)
    assert "(self" not in first_line
    assert "->" not in first_line


@pytest.mark.parametrize("name", sorted(THINGS.keys() - EXCEPTIONS))
def test_has_an_example(name):
    """Only what users never make themselves, and so has no parameters, may do without."""
    doc = THINGS[name].__doc__ or ""
    is_result = "Attributes\n" in doc and "Parameters\n" not in doc
    assert ">>> " in doc or is_result


@pytest.mark.parametrize("name", CLASSES)
def test_members_have_docstrings(name):
    bare = [member for member, value in members_of(CLASSES[name]) if not inspect.getdoc(value)]
    assert bare == []


@pytest.mark.parametrize("name", sorted(THINGS.keys() - CLASSES.keys()))
def test_parameters_are_described(name):
    """Every parameter has an entry under its name; what is returned has one, too."""
    doc = THINGS[name].__doc__ or ""
    parameters = inspect.signature(THINGS[name]).parameters
    entries = " ".join(re.findall(r"^ *((?:\*?\w+, )*\*{0,2}\w+) : ", doc, re.MULTILINE))
    described = set(re.findall(r"\w+", entries))
    assert set(parameters) <= described
    has_result = inspect.signature(THINGS[name]).return_annotation not in ("None", None)
    assert ("Returns\n" in doc or "Yields\n" in doc) == has_result

"""Say what is installed and how it will run: the first thing to put into a bug report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._info import info
from ._output import print_json, say

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options: it has none of its own."""


def run(options: argparse.Namespace) -> int:
    """Run the command."""
    facts: dict[str, Any] = info()
    if options.json:
        print_json(facts)
        return 0
    packages = facts.pop("packages")
    facts |= {name: version or "not installed" for name, version in packages.items()}
    rows = [(f"{name.replace('_', ' ')}:", _text(value)) for name, value in facts.items()]
    width = max(len(name) for name, _ in rows)
    say("\n".join(f"{name.ljust(width)}  {value}" for name, value in rows))
    return 0


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)

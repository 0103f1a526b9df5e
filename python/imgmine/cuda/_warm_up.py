from __future__ import annotations

from ._signatures import signatures


def run() -> None:
    """Compile every kernel for the GPU that is current, or load it from the cache on disk."""
    for kernel, types in signatures():
        kernel.compile(types)

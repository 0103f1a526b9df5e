"""Fewer colors, fewer coefficients."""

__all__: list[str] = []

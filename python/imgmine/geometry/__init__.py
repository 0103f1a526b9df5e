"""Other sizes and positions of an image's pixels."""

from ._resize import resize

__all__ = [
    "resize",
]

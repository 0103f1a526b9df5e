"""Other sizes and positions of an image's pixels."""

from ._crop import crop
from ._flip import flip
from ._pad import pad
from ._resize import resize

__all__ = [
    "crop",
    "flip",
    "pad",
    "resize",
]

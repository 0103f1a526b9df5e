"""Colors into gray and other spaces."""

from ._rgb2gray import rgb2gray

__all__ = [
    "rgb2gray",
]

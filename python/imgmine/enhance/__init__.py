"""Image to image: light, contrast and color made better."""

from ._unsharp_mask import unsharp_mask

__all__ = [
    "unsharp_mask",
]

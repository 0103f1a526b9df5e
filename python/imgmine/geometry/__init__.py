"""Other sizes and positions of an image's pixels."""

from ._crop import crop
from ._deskew import deskew, skew_angle
from ._flip import flip
from ._pad import pad
from ._resize import resize
from ._rotate import rotate
from ._undistort import undistort
from ._warp_affine import warp_affine
from ._warp_perspective import warp_perspective

__all__ = [
    "crop",
    "deskew",
    "flip",
    "pad",
    "resize",
    "rotate",
    "skew_angle",
    "undistort",
    "warp_affine",
    "warp_perspective",
]

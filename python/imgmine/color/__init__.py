"""Colors into gray and other spaces, and back; camera frames into pictures."""

from ._camera import nv12_to_rgb, yuyv_to_rgb
from ._hsv import hsv2rgb, rgb2hsv
from ._lab import lab2rgb, rgb2lab
from ._rgb2gray import rgb2gray
from ._ycbcr import rgb2ycbcr, ycbcr2rgb

__all__ = [
    "hsv2rgb",
    "lab2rgb",
    "nv12_to_rgb",
    "rgb2gray",
    "rgb2hsv",
    "rgb2lab",
    "rgb2ycbcr",
    "ycbcr2rgb",
    "yuyv_to_rgb",
]

"""Pictures in and out of files: read, write, find."""

from ._find_images import find_images
from ._imread import imread
from ._imwrite import imencode, imwrite

__all__ = ["find_images", "imencode", "imread", "imwrite"]

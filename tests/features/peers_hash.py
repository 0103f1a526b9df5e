"""What the fingerprints' tests hold them against, and on which pictures that can be done."""

import platform

import imagehash
import numpy as np
import PIL
from PIL import Image

# Elsewhere SciPy and PyWavelets are compiled to fused multiply-adds and round otherwise.
PEERS_ROUND_ALIKE = platform.machine() in {"x86_64", "AMD64"}
PILLOW_SUMS_ROWS_FIRST = int(PIL.__version__.split(".")[0]) >= 13

PEERS = {
    "ahash": imagehash.average_hash,
    "dhash": imagehash.dhash,
    "dhash_vertical": imagehash.dhash_vertical,
    "phash": imagehash.phash,
    "whash": imagehash.whash,
}


def theirs(image, method, hash_size=8, **options):
    """Return ImageHash's bits, packed."""
    picture = Image.fromarray(np.ascontiguousarray(image))
    return np.packbits(PEERS[method](picture, hash_size=hash_size, **options).hash)


def same_order_of_passes(image, size):
    """Tell whether this Pillow resizes such an image in the order of Pillow 13."""
    height, width = image.shape[:2]
    return PILLOW_SUMS_ROWS_FIRST or height - size <= max(2 * (width - size - 1), 0)


def apart(a, b):
    """Count the bits in which packed hashes differ."""
    return int(np.bitwise_count(a ^ b).sum())

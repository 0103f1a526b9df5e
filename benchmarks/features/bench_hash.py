"""Fingerprints with ImageHash's bits, 512 x 512: no other peer has them."""

import imagehash
import imgmine as im
import numpy as np
import pytest
from imgmine.features import ahash, dhash, phash, whash
from PIL import Image

from ..pictures import picture

PEERS = {
    "ahash": (ahash, imagehash.average_hash),
    "dhash": (dhash, imagehash.dhash),
    "phash": (phash, imagehash.phash),
    "whash": (whash, imagehash.whash),
}


@pytest.mark.targets
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("method", PEERS)
def bench_hash(race, threads, method, channels):
    ours, theirs = PEERS[method]
    rgb = picture(512, 512)
    image = im.color.rgb2gray(rgb) if channels == 1 else rgb
    pillow = Image.fromarray(image)
    race(
        lambda: ours(image),
        {"imagehash": lambda: np.packbits(theirs(pillow).hash)},
        np.testing.assert_array_equal,
        moves=image.nbytes,
        turns=7,
    )

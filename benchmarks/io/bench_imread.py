"""Reading JPEG photographs from files: imread beside the decoders it may call, and OpenCV."""

import os
from pathlib import Path

import cv2
import imgmine as im
import numpy as np
import pytest
from PIL import Image

simplejpeg = pytest.importorskip("simplejpeg")
skimage_io = pytest.importorskip("skimage.io")

N_FILES = 50  # of 384 x 256 pixels each


def pillow(path, mode):
    with Image.open(path) as image:
        image.draft(mode, image.size)
        return np.asarray(image.convert(mode))


PEERS = {
    "RGB": {
        "imgmine": im.io.imread,
        "opencv": lambda path: cv2.imread(path, cv2.IMREAD_COLOR_RGB),
        "pillow": lambda path: pillow(path, "RGB"),
        "simplejpeg": lambda path: simplejpeg.decode_jpeg(Path(path).read_bytes()),
        "skimage": skimage_io.imread,
    },
    "L": {
        "imgmine": lambda path: im.io.imread(path, mode="L"),
        "opencv": lambda path: cv2.imread(path, cv2.IMREAD_GRAYSCALE),
        "pillow": lambda path: pillow(path, "L"),
        "simplejpeg": lambda path: simplejpeg.decode_jpeg(Path(path).read_bytes(), "GRAY")[..., 0],
    },
    "RGB, a quarter": {
        "imgmine": lambda path: im.io.imread(path, min_side=64),
        "opencv": lambda path: cv2.imread(path, cv2.IMREAD_REDUCED_COLOR_4)[..., ::-1],
    },
}


@pytest.fixture(scope="module")
def files():
    data = os.environ.get("IMGMINE_DATA")
    if not data:
        pytest.skip("needs real photographs: IMGMINE_DATA is not set")
    paths = im.io.find_images(Path(data, "corel1k"))
    return [str(path) for path in paths[:: len(paths) // N_FILES]]


@pytest.mark.parametrize(
    ("task", "peer"), [(task, peer) for task, peers in PEERS.items() for peer in peers]
)
def bench_imread(benchmark, files, task, peer):
    cv2.setNumThreads(1)
    read, reference = PEERS[task][peer], PEERS[task]["imgmine"]
    for path in files:
        np.testing.assert_array_equal(read(path), reference(path))
    benchmark.group = task
    benchmark.extra_info["files"] = len(files)
    benchmark(lambda: [read(path) for path in files])

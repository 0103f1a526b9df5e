import cv2
import imgmine as im
import kornia_rs
import numpy as np
import pytest
from PIL import Image

from ..pictures import picture

OPENCV = {
    "area": cv2.INTER_AREA,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "nearest": cv2.INTER_NEAREST_EXACT,
}
PILLOW = {"lanczos": Image.Resampling.LANCZOS, "nearest": Image.Resampling.NEAREST}
sizes = pytest.mark.parametrize("size", [(1080, 1920), (4096, 4096)], ids=str)


def peers_of(method, image, to):
    """Whoever gives the same result; the other Lanczos windows are not the same."""
    peers = {}
    if method in OPENCV:
        flag = OPENCV[method]
        peers["opencv"] = lambda: cv2.resize(image, to[::-1], interpolation=flag)
    if method in PILLOW and (image.dtype == np.uint8 or image.ndim == 2):
        pillow = Image.fromarray(image)
        peers["pillow"] = lambda: pillow.resize(to[::-1], PILLOW[method])
    if method == "lanczos" and image.dtype == np.uint8 and image.ndim == 3:
        peers["kornia_rs"] = lambda: kornia_rs.resize(image, to, "lanczos")
    return peers


def agree(ours, theirs):
    """Within 1, but for a few pixels at borders and where values in between were cut off."""
    difference = np.abs(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64))
    assert np.mean(difference > 1) < 0.02


@pytest.mark.targets
@sizes
@pytest.mark.parametrize("method", ["area", "linear"])
def bench_resize_rgb_to_256(race, threads, method, size):
    image, to = picture(*size), (256, 256)
    moves = image.nbytes + 256 * 256 * 3 if method == "area" else None
    race(
        lambda: im.geometry.resize(image, to, method), peers_of(method, image, to), agree,
        moves=moves,
    )  # fmt: skip


@sizes
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("to", [(256, 256), (720, 1280)], ids=str)
@pytest.mark.parametrize("method", ["area", "linear", "cubic", "lanczos", "nearest"])
def bench_resize(race, threads, method, to, channels, dtype, size):
    image = picture(*size).astype(dtype)
    image = image if channels == 3 else np.ascontiguousarray(image[..., 0])
    peers = peers_of(method, image, to)
    race(lambda: im.geometry.resize(image, to, method), peers, agree, turns=5)

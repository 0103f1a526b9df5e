from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, int32, uint8, uint32

from .. import _core
from ._area import shrunk
from ._job import on_device_of
from ._resample import resampled
from ._resize_tiles import resized_in_tiles
from ._row_words import has_words
from ._separable import planes_of
from ._strip import WARP, launch_strips, put_four, strip_of

if TYPE_CHECKING:
    from .._device_array import DeviceArray
    from ._job import Job


@cuda.jit(device=True)
def columns_of(table, i, n):
    """What a table has for the four values of a thread; those past the end are the last one."""
    last = uint32(n - 1)
    first, step = min(i, last), uint32(WARP)
    return (
        table[first],
        table[min(uint32(i + step), last)],
        table[min(uint32(i + uint32(2 * step)), last)],
        table[min(uint32(i + uint32(3 * step)), last)],
    )


@cuda.jit(device=True)
def load_four(src, image, y, at):
    a, b, c, d = at
    return (
        src[image, y, uint32(a)],
        src[image, y, uint32(b)],
        src[image, y, uint32(c)],
        src[image, y, uint32(d)],
    )


@cuda.jit(cache=True)
def pick_nearest(src, dst, rows, columns):
    image = uint32(cuda.blockIdx.z)
    i, y, end = strip_of(dst)
    if i < uint32(dst.shape[2]):
        at = columns_of(columns, i, dst.shape[2])
        while y < end:
            put_four(dst, image, y, i, load_four(src, image, uint32(rows[y]), at))
            y = uint32(y + uint32(1))


@cuda.jit(device=True)
def byte_along(a, b, weight):
    """A + (b - a) weight / 2^15 with 7 binary places, rounded."""
    a = int32(a)
    step = int32(int32(int32(b) - a) * weight)
    return int32(int32(int32(step + int32(128)) >> int32(8)) + int32(a << int32(7)))


@cuda.jit(device=True)
def byte_between(above, below, weight):
    """The same between two rows, rounded to whole values."""
    step = int32(int32(below - above) * weight)
    value = int32(above + int32(int32(step + int32(1 << 14)) >> int32(15)))
    return uint8(int32(value + int32(64)) >> int32(7))


@cuda.jit(device=True)
def bytes_along(src, image, y, left, right, weights):
    a, b, c, d = load_four(src, image, y, left)
    e, f, g, h = load_four(src, image, y, right)
    s, t, u, v = weights
    return byte_along(a, e, s), byte_along(b, f, t), byte_along(c, g, u), byte_along(d, h, v)


@cuda.jit(cache=True)
def lerp_bytes(src, dst, rows, ways_down, lefts, rights, ways_right):
    """In fixed point. Old rows that several new ones lie between are worked out once for them."""
    image, last = uint32(cuda.blockIdx.z), int32(src.shape[1] - 1)
    i, y, end = strip_of(dst)
    if i >= uint32(dst.shape[2]) or y >= end:
        return
    left = columns_of(lefts, i, dst.shape[2])
    right = columns_of(rights, i, dst.shape[2])
    weights = columns_of(ways_right, i, dst.shape[2])
    held = int32(rows[y])
    above = bytes_along(src, image, uint32(held), left, right, weights)
    below = bytes_along(src, image, uint32(min(int32(held + 1), last)), left, right, weights)
    while y < end:
        top = int32(rows[y])
        if top != held:
            above = below
            if top != int32(held + 1):
                above = bytes_along(src, image, uint32(top), left, right, weights)
            next_row = uint32(min(int32(top + 1), last))
            below = bytes_along(src, image, next_row, left, right, weights)
            held = top
        way = int32(ways_down[y])
        a, b, c, d = above
        e, f, g, h = below
        first, second = byte_between(a, e, way), byte_between(b, f, way)
        third, fourth = byte_between(c, g, way), byte_between(d, h, way)
        put_four(dst, image, y, i, (first, second, third, fourth))
        y = uint32(y + uint32(1))


@cuda.jit(device=True)
def floats_along(src, image, y, left, right, weights):
    a, b, c, d = load_four(src, image, y, left)
    e, f, g, h = load_four(src, image, y, right)
    s, t, u, v = weights
    first, second = cuda.fma(e - a, s, a), cuda.fma(f - b, t, b)
    return first, second, cuda.fma(g - c, u, c), cuda.fma(h - d, v, d)


@cuda.jit(cache=True)
def lerp_floats(src, dst, rows, ways_down, lefts, rights, ways_right):
    image, last = uint32(cuda.blockIdx.z), int32(src.shape[1] - 1)
    i, y, end = strip_of(dst)
    if i >= uint32(dst.shape[2]) or y >= end:
        return
    left = columns_of(lefts, i, dst.shape[2])
    right = columns_of(rights, i, dst.shape[2])
    weights = columns_of(ways_right, i, dst.shape[2])
    held = int32(rows[y])
    above = floats_along(src, image, uint32(held), left, right, weights)
    below = floats_along(src, image, uint32(min(int32(held + 1), last)), left, right, weights)
    while y < end:
        top = int32(rows[y])
        if top != held:
            above = below
            if top != int32(held + 1):
                above = floats_along(src, image, uint32(top), left, right, weights)
            next_row = uint32(min(int32(top + 1), last))
            below = floats_along(src, image, next_row, left, right, weights)
            held = top
        way = ways_down[y]
        a, b, c, d = above
        e, f, g, h = below
        first, second = cuda.fma(e - a, way, a), cuda.fma(f - b, way, b)
        third, fourth = cuda.fma(g - c, way, c), cuda.fma(h - d, way, d)
        put_four(dst, image, y, i, (first, second, third, fourth))
        y = uint32(y + uint32(1))


BY_WEIGHTS = ("cubic", "lanczos")
IN_TILES = ("area", *BY_WEIGHTS)


def resize(
    image: DeviceArray, height: int, width: int, method: str, out: DeviceArray | None = None
) -> Any:
    """Run `imgmine.geometry.resize`: uint8 bit-equal.

    float32 is equal for "nearest", "cubic" and "lanczos" and otherwise within 1e-5 of the largest
    magnitude.
    """
    n_images, old_height, old_width, channels = planes_of(image)
    _core.geometry.resize(np.empty((0, 0), image.dtype), 0, 0, method)
    check_sizes(image, height, width)
    shape = (*image.shape[: max(image.ndim - 3, 0)], height, width)
    shape += (channels,) if image.ndim > 2 else ()
    with on_device_of(image, out) as job:
        target = out or job.empty(shape, image.dtype)
        if target.size:
            src = job.view(image, (n_images, old_height, old_width * channels))
            dst = job.view(target, (n_images, height, width * channels))
            words = has_words(image, src.shape[2]), has_words(target, dst.shape[2])
            write_resized(job, src, dst, channels, method, words)
        return job.result(target)


def write_resized(
    job: Job, src: Any, dst: Any, channels: int, method: str, words: tuple[bool, bool]
) -> None:
    """Resize images (N, H, W C); `words` says whose rows begin at multiples of four bytes."""
    if method in IN_TILES and resized_in_tiles(job, src, dst, channels, method, words):
        return
    if method in BY_WEIGHTS:
        resampled(job, src, dst, channels, method == "lanczos")
    elif method == "area":
        shrunk(job, src, dst, channels, words[0])
    else:
        kernel, tables = plan(src, dst, channels, method)
        launch_strips(job, kernel, src, dst, *[job.upload(table) for table in tables])


LONGEST = 1 << 23


def check_sizes(image: DeviceArray, height: int, width: int) -> None:
    """Refuse what the core refuses."""
    if min(height, width) < 0:
        raise ValueError(f"size must not be negative, got ({height}, {width})")
    for side in (*planes_of(image)[1:3], height, width):
        if side > LONGEST:
            raise ValueError(f"image and size must be at most {LONGEST} pixels a side, got {side}")
    if height * width and not image.size:
        raise ValueError("image must not be empty where size is not")


def plan(src: Any, dst: Any, channels: int, method: str) -> tuple[Any, list[Any]]:
    """Return the kernel of "nearest" or "linear" and its tables."""
    is_float = src.dtype == np.float32
    (high, new_high), wide = (src.shape[1], dst.shape[1]), src.shape[2] // channels
    new_wide = dst.shape[2] // channels
    if method == "nearest":
        rows, columns = middles(high, new_high), middles(wide, new_wide)
        return pick_nearest, [rows.astype(np.int32), places(columns, channels)]
    rows, ways_down = _core.tables.lerp(high, new_high, is_float)
    left, ways_right = _core.tables.lerp(wide, new_wide, is_float)
    right = np.minimum(left + 1, wide - 1)
    columns = [places(left, channels), places(right, channels), np.repeat(ways_right, channels)]
    return (lerp_floats if is_float else lerp_bytes), [rows, ways_down, *columns]


def middles(old: int, new: int) -> Any:
    """Return the old pixels in which the middles of new ones lie."""
    return (2 * np.arange(new, dtype=np.int64) + 1) * old // (2 * new)


def places(columns: Any, channels: int) -> Any:
    """Return where the values of a new row are in an old one, for the columns of its pixels."""
    return np.add.outer(columns * channels, np.arange(channels)).astype(np.int32).reshape(-1)

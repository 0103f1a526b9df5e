from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import cuda, float32, int32, uint32

from ._exact import product
from ._job import on_device_of
from ._words import dot_high, dot_low, four_bytes, four_words, put_words, three_words

if TYPE_CHECKING:
    from .._device_array import DeviceArray

RED, GREEN, BLUE, HALF = 9798, 19235, 3735, 1 << 14
RED_GREEN, GREEN_BLUE = RED | GREEN << 16, GREEN | BLUE << 16


@cuda.jit(device=True)
def shifted_word(a, b, c, d):
    """The word of four bytes 2^15 times as large; none is over 255."""
    return four_bytes(int32(a >> 15), int32(b >> 15), int32(c >> 15), int32(d >> 15))


@cuda.jit(device=True)
def gray_of_three(a, b, c):
    """The grays of four pixels RGB: of three words."""
    p = dot_high(int32(BLUE), a, dot_low(int32(RED_GREEN), a, int32(HALF)))
    q = dot_low(int32(GREEN_BLUE), b, dot_high(int32(RED << 16), a, int32(HALF)))
    r = dot_low(int32(BLUE), c, dot_high(int32(RED_GREEN), b, int32(HALF)))
    s = dot_high(int32(GREEN_BLUE), c, dot_low(int32(RED << 16), c, int32(HALF)))
    return shifted_word(p, q, r, s)


@cuda.jit(device=True)
def gray_of_word(pixel):
    """The gray of a pixel RGBA, 2^15 times."""
    return dot_high(int32(BLUE), pixel, dot_low(int32(RED_GREEN), pixel, int32(HALF)))


@cuda.jit(cache=True)
def gray_of_bytes(rgb, gray, n_quads, channels):
    """(9798 R + 19235 G + 3735 B + 16384) >> 15; a thread 4 pixels, as words, or the rest's 1."""
    i = uint32(uint32(cuda.blockIdx.x) * uint32(cuda.blockDim.x) + uint32(cuda.threadIdx.x))
    if i < n_quads:
        if channels == 3:
            a, b, c = three_words(rgb, 12 * i)
            put_words(gray, 4 * i, (gray_of_three(a, b, c),))
        else:
            a, b, c, d = four_words(rgb, 16 * i)
            a, b, c, d = gray_of_word(a), gray_of_word(b), gray_of_word(c), gray_of_word(d)
            put_words(gray, 4 * i, (shifted_word(a, b, c, d),))
        return
    at = 3 * n_quads + i
    if at < gray.shape[0]:
        red, green = int32(rgb[channels * at]), int32(rgb[channels * at + 1])
        blue = int32(rgb[channels * at + 2])
        gray[at] = int32(int32(red * RED + green * GREEN) + int32(blue * BLUE + HALF)) >> 15


@cuda.jit(cache=True)
def gray_of_floats(rgb, gray):
    """0.299 R + 0.587 G + 0.114 B; a thread a pixel."""
    i = cuda.grid(1)
    if i < gray.shape[0]:
        red, green = product(float32(0.299), rgb[i, 0]), product(float32(0.587), rgb[i, 1])
        gray[i] = (red + green) + product(float32(0.114), rgb[i, 2])


def rgb2gray(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.rgb2gray`: bit-equal."""
    channels = image.shape[-1]
    if channels not in (3, 4):
        raise ValueError(f"image must have 3 or 4 channels, got {channels}")
    with on_device_of(image, out) as job:
        target = out or job.empty(image.shape[:-1], image.dtype)
        n = image.size // channels
        if image.dtype.kind == "f":
            job.run(gray_of_floats, n, job.view(image, (n, channels)), job.view(target, (n,)))
            return job.result(target)
        n_quads = n // 4 if job.has_words(image, target, n_bytes=4 if channels == 3 else 16) else 0
        flat = job.view(image, (n * channels,)), job.view(target, (n,))
        job.run(gray_of_bytes, n - 3 * n_quads, *flat, n_quads, channels)
        return job.result(target)

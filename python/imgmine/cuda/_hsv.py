from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numba import cuda, float32, int32, uint32

from ._color import converted
from ._exact import product
from ._fast import reciprocal
from ._words import bytes_of, permuted, pixel_at, pixel_of, pixels_at, put_pixel, put_pixels

if TYPE_CHECKING:
    from .._device_array import DeviceArray


@cuda.jit(device=True)
def rounded_quotient(n, divisor):
    """The whole number next to n / divisor, halves up, for n below 2^20 and divisors from 1 to 255.

    Divided is n + divisor / 2 + 1 / 4, so that no quotient is nearer to a whole number than 2^-22
    of itself; that of the reciprocal is wrong by less than 2^-22.
    """
    shift = float32(float32(n) + float32(0.25)) + float32(0.5) * float32(divisor)
    return int32(product(float32(shift), reciprocal(float32(divisor))))


@cuda.jit(device=True)
def hsv_of(r, g, b):
    """OpenCV's fixed point: S = span round(2^12 255 / high), H = sector round(2^12 30 / span)."""
    high = max(max(r, g), b)
    span = int32(high - min(min(r, g), b))
    sector = int32(int32(r - g) + int32(4 * span))
    if high == g:
        sector = int32(int32(b - r) + int32(2 * span))
    if high == r:
        sector = int32(g - b)
    factor = rounded_quotient(int32(255 << 12), max(high, int32(1)))
    saturation = int32(int32(int32(span * factor) + 2048) >> 12)
    factor = rounded_quotient(int32(30 << 12), max(span, int32(1)))
    hue = int32(int32(int32(sector * factor) + 2048) >> 12)
    if hue < 0:
        hue = int32(hue + 180)
    return hue, saturation, high


@cuda.jit(device=True)
def hsv_of_pixel(pixel):
    r, g, b, _ = bytes_of(pixel)
    h, s, v = hsv_of(r, g, b)
    return pixel_of(h, s, v)


@cuda.jit(cache=True)
def hsv_of_bytes(rgb, hsv, n_quads):
    i = uint32(uint32(cuda.blockIdx.x) * uint32(cuda.blockDim.x) + uint32(cuda.threadIdx.x))
    if i < n_quads:
        p, q, r, s = pixels_at(rgb, 12 * i)
        p, q, r, s = hsv_of_pixel(p), hsv_of_pixel(q), hsv_of_pixel(r), hsv_of_pixel(s)
        put_pixels(hsv, 12 * i, p, q, r, s)
        return
    at = 3 * n_quads + i
    if at < rgb.shape[0] // 3:
        put_pixel(hsv, at, hsv_of_pixel(pixel_at(rgb, at)))


@cuda.jit(device=True)
def share_of_value(v, part):
    """Return v (7650 - part) / 7650, rounded."""
    scaled = uint32(uint32(v * int32(7650 - part)) + uint32(3825))
    return int32(uint32(scaled // uint32(7650)))


@cuda.jit(device=True)
def rgb_of_pixel(pixel):
    """The largest channel is V, the least V (255 - S) / 255, that between follows the hue."""
    h, s, v, _ = bytes_of(pixel)
    if h > 179:
        h = int32(h - 180)
    sector = int32(uint32(uint32(h) // uint32(30)))
    part = int32(h - int32(sector * 30))
    away = part if sector & 1 == 1 else int32(30 - part)
    between = share_of_value(v, int32(s * away))
    channels = pixel_of(v, between, share_of_value(v, int32(s * 30)))
    # Of each sector (a byte) which of these red and green (half a byte each) and blue are.
    red_green = permuted(int32(0x12020110), int32(0x2021), sector)
    blue = permuted(int32(0x00010202), int32(0x0100), sector)
    return permuted(channels, int32(0), permuted(red_green, blue, int32(0x0040)))


@cuda.jit(cache=True)
def bytes_of_hsv(hsv, rgb, n_quads):
    i = uint32(uint32(cuda.blockIdx.x) * uint32(cuda.blockDim.x) + uint32(cuda.threadIdx.x))
    if i < n_quads:
        p, q, r, s = pixels_at(hsv, 12 * i)
        p, q, r, s = rgb_of_pixel(p), rgb_of_pixel(q), rgb_of_pixel(r), rgb_of_pixel(s)
        put_pixels(rgb, 12 * i, p, q, r, s)
        return
    at = 3 * n_quads + i
    if at < rgb.shape[0] // 3:
        put_pixel(rgb, at, rgb_of_pixel(pixel_at(hsv, at)))


@cuda.jit(cache=True)
def hsv_of_floats(rgb, hsv):
    """V = max, S = (max - min) / |max| or 0, H in degrees, 0 for grays."""
    i = cuda.grid(1)
    if i >= rgb.shape[0]:
        return
    r, g, b = rgb[i, 0], rgb[i, 1], rgb[i, 2]
    v = max(max(r, g), b)
    span = v - min(min(r, g), b)
    hue, saturation = float32(0), float32(0)
    if span > float32(0):
        ends, start = r - g, float32(240)
        if v == r:
            ends, start = g - b, float32(0)
        elif v == g:
            ends, start = b - r, float32(120)
        hue = start + product(float32(60), ends / span)
        if hue < float32(0):
            hue += float32(360)
    if v != float32(0):
        saturation = span / abs(v)
    hsv[i, 0], hsv[i, 1], hsv[i, 2] = hue, saturation, v


@cuda.jit(device=True)
def channel_of(v, chroma, missing):
    return v - product(chroma, min(max(missing, float32(0)), float32(1)))


@cuda.jit(cache=True)
def floats_of_hsv(hsv, rgb):
    """V - V S k, where k is how far the hue has gone from the channel's own third of the circle."""
    i = cuda.grid(1)
    if i >= rgb.shape[0]:
        return
    h, v = hsv[i, 0], hsv[i, 2]
    chroma = v * hsv[i, 1]
    below = float32(math.floor(h * float32(1 / 360)))
    sixths = product(h - product(float32(360), below), float32(1 / 60))
    rgb[i, 0] = channel_of(v, chroma, float32(2) - abs(sixths - float32(3)))
    rgb[i, 1] = channel_of(v, chroma, abs(sixths - float32(2)) - float32(1))
    rgb[i, 2] = channel_of(v, chroma, abs(sixths - float32(4)) - float32(1))


TO_HSV = {"uint8": hsv_of_bytes, "float32": hsv_of_floats}
TO_RGB = {"uint8": bytes_of_hsv, "float32": floats_of_hsv}


def rgb2hsv(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.rgb2hsv`: bit-equal."""
    return converted(image, out, TO_HSV)


def hsv2rgb(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.hsv2rgb`: bit-equal for hues within a million turns."""
    return converted(image, out, TO_RGB)

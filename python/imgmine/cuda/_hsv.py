from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numba import cuda, float32, int32

from ._color import converted
from ._exact import product

if TYPE_CHECKING:
    from .._device_array import DeviceArray


@cuda.jit(device=True)
def hsv_of(r, g, b):
    """OpenCV's fixed point: S = span round(2^12 255 / high), H = sector round(2^12 30 / span)."""
    high = max(max(r, g), b)
    span = high - min(min(r, g), b)
    sector = r - g + 4 * span
    if high == r:
        sector = g - b
    elif high == g:
        sector = b - r + 2 * span
    saturation, hue = 0, 0
    if high > 0:
        saturation = (span * ((2 * (255 << 12) + high) // (2 * high)) + 2048) >> 12
    if span > 0:
        hue = (sector * ((2 * (30 << 12) + span) // (2 * span)) + 2048) >> 12
    if hue < 0:
        hue += 180
    return hue, saturation, high


@cuda.jit(cache=True)
def hsv_of_bytes(rgb, hsv):
    i = cuda.grid(1)
    if i < rgb.shape[0]:
        h, s, v = hsv_of(int32(rgb[i, 0]), int32(rgb[i, 1]), int32(rgb[i, 2]))
        hsv[i, 0], hsv[i, 1], hsv[i, 2] = h, s, v


@cuda.jit(cache=True)
def bytes_of_hsv(hsv, rgb):
    """The largest channel is V, the least V (255 - S) / 255, that between follows the hue."""
    i = cuda.grid(1)
    if i >= rgb.shape[0]:
        return
    h, s, v = int32(hsv[i, 0]), int32(hsv[i, 1]), int32(hsv[i, 2])
    if h > 179:
        h -= 180
    sector = h // 30
    part = h - sector * 30
    away = part if sector & 1 == 1 else 30 - part
    least = (v * (7650 - s * 30) + 3825) // 7650
    between = (v * (7650 - s * away) + 3825) // 7650
    r, g, b = v, between, least
    if sector == 1:
        r, g, b = between, v, least
    elif sector == 2:
        r, g, b = least, v, between
    elif sector == 3:
        r, g, b = least, between, v
    elif sector == 4:
        r, g, b = between, least, v
    elif sector == 5:
        r, g, b = v, least, between
    rgb[i, 0], rgb[i, 1], rgb[i, 2] = r, g, b


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

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32

from .. import _core
from ._color import converted
from ._exact import product

if TYPE_CHECKING:
    from .._device_array import DeviceArray

L_SCALE = (116 * 255 + 50) // 100
L_SHIFT = -((16 * 255 * (1 << 15) + 50) // 100) + (1 << 14)
MIDDLE = (128 << 15) + (1 << 14)
FIRST = 0x39000000 >> 14  # of the table of sRGB bytes: 2^-13


@cuda.jit(device=True)
def clipped(x):
    return min(max(x, 0), 255)


@cuda.jit(device=True)
def looked_up(f, m, row, r, g, b):
    return f[(r * m[3 * row] + g * m[3 * row + 1] + b * m[3 * row + 2] + (1 << 11)) >> 12]


@cuda.jit(device=True)
def lab_of(r, g, b, linear, m, f):
    """L* times 255 / 100, a* and b* plus 128, in the core's fixed point and with its tables."""
    r, g, b = linear[r], linear[g], linear[b]
    x, y, z = looked_up(f, m, 0, r, g, b), looked_up(f, m, 1, r, g, b), looked_up(f, m, 2, r, g, b)
    return (
        clipped((L_SCALE * y + L_SHIFT) >> 15),
        clipped((500 * (x - y) + MIDDLE) >> 15),
        clipped((200 * (y - z) + MIDDLE) >> 15),
    )


@cuda.jit(cache=True)
def lab_of_bytes(rgb, lab, linear, m, f):
    i = cuda.grid(1)
    if i < rgb.shape[0]:
        first, a, b = lab_of(rgb[i, 0], rgb[i, 1], rgb[i, 2], linear, m, f)
        lab[i, 0], lab[i, 1], lab[i, 2] = first, a, b


@cuda.jit(device=True)
def linear_light(value):
    c = min(max(value * float32(1 / 255), float32(0)), float32(1))
    if c > float32(0.04045):
        return math.pow((c + float32(0.055)) * float32(1 / 1.055), float32(2.4))
    return c * float32(1 / 12.92)


@cuda.jit(device=True)
def cie_f(t):
    if t > float32(0.008856):
        return math.pow(t, float32(1 / 3))
    return t * float32(7.787) + float32(16 / 116)


@cuda.jit(cache=True)
def lab_of_floats(rgb, lab):
    """L* = 116 f(Y) - 16, a* = 500 (f(X) - f(Y)), b* = 200 (f(Y) - f(Z))."""
    i = cuda.grid(1)
    if i >= rgb.shape[0]:
        return
    r, g, b = linear_light(rgb[i, 0]), linear_light(rgb[i, 1]), linear_light(rgb[i, 2])
    x = cie_f(
        float32(0.412453 / 0.950456) * r
        + float32(0.357580 / 0.950456) * g
        + float32(0.180423 / 0.950456) * b
    )
    y = cie_f(float32(0.212671) * r + float32(0.715160) * g + float32(0.072169) * b)
    z = cie_f(
        float32(0.019334 / 1.088754) * r
        + float32(0.119193 / 1.088754) * g
        + float32(0.950227 / 1.088754) * b
    )
    lab[i, 0] = float32(116) * y - float32(16)
    lab[i, 1] = float32(500) * (x - y)
    lab[i, 2] = float32(200) * (y - z)


@cuda.jit(device=True)
def cube(f):
    if f > float32(7.787 * 0.008856 + 16 / 116):
        return f * f * f
    return (f - float32(16 / 116)) * float32(1 / 7.787)


@cuda.jit(device=True)
def weighted(a, x, b, y, c, z):
    return (product(float32(a), x) + product(float32(b), y)) + product(float32(c), z)


@cuda.jit(device=True)
def light_of_lab(lightness, a, b):
    """Linear light, rounded as the core rounds it: bytes are looked up in it."""
    fy = (lightness + float32(16)) * float32(1 / 116)
    y = cube(fy)
    x = float32(0.950456) * cube(fy + product(a, float32(1 / 500)))
    z = float32(1.088754) * cube(fy - product(b, float32(1 / 200)))
    return (
        weighted(3.24048134, x, -1.53715152, y, -0.49853633, z),
        weighted(-0.96925495, x, 1.87599000, y, 0.04155593, z),
        weighted(0.05564664, x, -0.20404134, y, 1.05731107, z),
    )


@cuda.jit(device=True)
def encoded(light):
    c = min(max(light, float32(0)), float32(1))
    if c > float32(0.0031308):
        power = math.pow(c, float32(1 / 2.4))
        return power * float32(255 * 1.055) - float32(255 * 0.055)
    return c * float32(255 * 12.92)


@cuda.jit(cache=True)
def floats_of_lab(lab, rgb):
    i = cuda.grid(1)
    if i < rgb.shape[0]:
        r, g, b = light_of_lab(lab[i, 0], lab[i, 1], lab[i, 2])
        rgb[i, 0], rgb[i, 1], rgb[i, 2] = encoded(r), encoded(g), encoded(b)


@cuda.jit(device=True)
def encoded_byte(light, table):
    """The byte of linear light, by the upper 18 bits of the float from 2^-13 on."""
    c = min(max(light, float32(2**-13)), float32(1))
    return table[(c.view(np.int32) >> 14) - FIRST]


@cuda.jit(cache=True)
def bytes_of_lab(lab, rgb, table):
    i = cuda.grid(1)
    if i < rgb.shape[0]:
        lightness = product(float32(lab[i, 0]), float32(100 / 255))
        a, b = float32(lab[i, 1]) - float32(128), float32(lab[i, 2]) - float32(128)
        r, g, b = light_of_lab(lightness, a, b)
        rgb[i, 0] = encoded_byte(r, table)
        rgb[i, 1] = encoded_byte(g, table)
        rgb[i, 2] = encoded_byte(b, table)


TO_RGB = {"uint8": bytes_of_lab, "float32": floats_of_lab}
TO_LAB = {"uint8": lab_of_bytes, "float32": lab_of_floats}


def rgb2lab(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.rgb2lab`: uint8 bit-equal, float32 within 2e-3 of L*, a* and b*."""
    if image.dtype.kind == "f":
        return converted(image, out, TO_LAB)
    return converted(image, out, TO_LAB, *lab_tables())


def lab_tables() -> tuple[tuple[str, Any], ...]:
    """Return the names and values of the tables that `lab_of` looks up."""
    return tuple(zip(("linear", "matrix", "f"), _core.tables.lab(), strict=True))


def lab2rgb(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.lab2rgb`: uint8 bit-equal, float32 within 1e-2 of 0..255."""
    if image.dtype.kind == "f":
        return converted(image, out, TO_RGB)
    return converted(image, out, TO_RGB, ("srgb", _core.tables.srgb_bytes()))

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import cuda, float32, int32, uint8, uint16, uint32

from .. import _core
from ._color import converted
from ._exact import product
from ._fast import power
from ._words import bytes_of, copied, pixel_at, pixel_of, pixels_at, put_pixel, put_pixels

if TYPE_CHECKING:
    from .._device_array import DeviceArray

L_SCALE = (116 * 255 + 50) // 100
L_SHIFT = -((16 * 255 * (1 << 15) + 50) // 100) + (1 << 14)
MIDDLE = (128 << 15) + (1 << 14)
MATRIX = tuple(int(weight) for weight in _core.tables.lab()[1])
N_LINEAR, N_F, N_BYTES = 256, 3072, 6660  # what the tables hold
FIRST = 0x39000000 >> 14  # of the table of sRGB bytes: 2^-13


@cuda.jit(device=True)
def clipped(x):
    return min(max(int32(x >> 15), int32(0)), int32(255))


@cuda.jit(device=True)
def weighed(a, x, b, y, c, z):
    return int32(int32(int32(a * x) + int32(b * y)) + int32(c * z))


@cuda.jit(device=True)
def looked_up(f, total):
    return int32(f[uint32(int32(int32(total + (1 << 11)) >> 12))])


@cuda.jit(device=True)
def lab_of(r, g, b, linear, f):
    """L* times 255 / 100, a* and b* plus 128, in the core's fixed point and with its tables."""
    r, g, b = int32(linear[uint32(r)]), int32(linear[uint32(g)]), int32(linear[uint32(b)])
    x = looked_up(f, weighed(MATRIX[0], r, MATRIX[1], g, MATRIX[2], b))
    y = looked_up(f, weighed(MATRIX[3], r, MATRIX[4], g, MATRIX[5], b))
    z = looked_up(f, weighed(MATRIX[6], r, MATRIX[7], g, MATRIX[8], b))
    return (
        clipped(int32(int32(L_SCALE * y) + L_SHIFT)),
        clipped(int32(int32(500 * int32(x - y)) + MIDDLE)),
        clipped(int32(int32(200 * int32(y - z)) + MIDDLE)),
    )


@cuda.jit(device=True)
def lab_of_pixel(pixel, linear, f):
    r, g, b, _ = bytes_of(pixel)
    first, a, b = lab_of(r, g, b, linear, f)
    return pixel_of(first, a, b)


@cuda.jit(cache=True)
def lab_of_bytes(rgb, lab, n_quads, linear, f):
    """Blocks copy the tables into shared memory and go on as long as there are pixels."""
    shared_linear = cuda.shared.array(N_LINEAR, dtype=uint16)
    shared_f = cuda.shared.array(N_F, dtype=uint16)
    copied(linear, shared_linear, N_LINEAR, cuda.threadIdx.x, cuda.blockDim.x)
    copied(f, shared_f, N_F, cuda.threadIdx.x, cuda.blockDim.x)
    cuda.syncthreads()
    n = rgb.shape[0] // 3
    i, step = cuda.grid(1), cuda.gridsize(1)
    rest = 4 * n_quads + i
    while i < n_quads:
        p, q, r, s = pixels_at(rgb, 12 * i)
        p, q = lab_of_pixel(p, shared_linear, shared_f), lab_of_pixel(q, shared_linear, shared_f)
        r, s = lab_of_pixel(r, shared_linear, shared_f), lab_of_pixel(s, shared_linear, shared_f)
        put_pixels(lab, 12 * i, p, q, r, s)
        i += step
    while rest < n:
        put_pixel(lab, rest, lab_of_pixel(pixel_at(rgb, rest), shared_linear, shared_f))
        rest += step


@cuda.jit(device=True)
def linear_light(value):
    c = min(max(value * float32(1 / 255), float32(0)), float32(1))
    if c > float32(0.04045):
        return power((c + float32(0.055)) * float32(1 / 1.055), float32(2.4))
    return c * float32(1 / 12.92)


@cuda.jit(device=True)
def cie_f(t):
    if t > float32(0.008856):
        return power(t, float32(1 / 3))
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
        return power(c, float32(1 / 2.4)) * float32(255 * 1.055) - float32(255 * 0.055)
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
    return int32(table[uint32(int32(int32(c.view(np.int32) >> 14) - FIRST))])


@cuda.jit(device=True)
def rgb_of_pixel(pixel, table):
    lightness, a, b, _ = bytes_of(pixel)
    lightness = product(float32(lightness), float32(100 / 255))
    r, g, b = light_of_lab(lightness, float32(int32(a - 128)), float32(int32(b - 128)))
    return pixel_of(encoded_byte(r, table), encoded_byte(g, table), encoded_byte(b, table))


@cuda.jit(cache=True)
def bytes_of_lab(lab, rgb, n_quads, table):
    """Blocks copy the table into shared memory and go on as long as there are pixels."""
    shared = cuda.shared.array(N_BYTES, dtype=uint8)
    copied(table, shared, N_BYTES, cuda.threadIdx.x, cuda.blockDim.x)
    cuda.syncthreads()
    n = rgb.shape[0] // 3
    i, step = cuda.grid(1), cuda.gridsize(1)
    rest = 4 * n_quads + i
    while i < n_quads:
        p, q, r, s = pixels_at(lab, 12 * i)
        p, q = rgb_of_pixel(p, shared), rgb_of_pixel(q, shared)
        put_pixels(rgb, 12 * i, p, q, rgb_of_pixel(r, shared), rgb_of_pixel(s, shared))
        i += step
    while rest < n:
        put_pixel(rgb, rest, rgb_of_pixel(pixel_at(lab, rest), shared))
        rest += step


TO_RGB = {"uint8": bytes_of_lab, "float32": floats_of_lab}
TO_LAB = {"uint8": lab_of_bytes, "float32": lab_of_floats}


def rgb2lab(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.rgb2lab`: uint8 bit-equal, float32 within 2e-3 of L*, a* and b*."""
    if image.dtype.kind == "f":
        return converted(image, out, TO_LAB)
    return converted(image, out, TO_LAB, *lab_tables())


def lab_tables() -> tuple[tuple[str, Any], ...]:
    """Return the names and values of the tables that `lab_of` looks up."""
    linear, _, f = _core.tables.lab()
    return ("linear", linear.astype(np.uint16)), ("f", f.astype(np.uint16))


def lab2rgb(image: DeviceArray, out: DeviceArray | None = None) -> Any:
    """Run `imgmine.color.lab2rgb`: uint8 bit-equal, float32 within 1e-2 of 0..255."""
    if image.dtype.kind == "f":
        return converted(image, out, TO_RGB)
    return converted(image, out, TO_RGB, ("srgb", _core.tables.srgb_bytes()))

"""The same of what makes images of images."""

from __future__ import annotations

from numba import types

from .. import (
    _area,
    _byte_blur,
    _coarse_blur,
    _convolve,
    _gradient,
    _hsv,
    _lab,
    _long_taps,
    _median_blur,
    _plane_correlate,
    _plane_lengths,
    _plane_median,
    _resample,
    _resize,
    _resize_tiles,
    _rgb2gray,
    _separable,
    _sliding_sums,
    _wide_median,
)
from ._types import F32, F64, I16, I32, I64, U8, U16, U32, Signature, array


def color() -> list[Signature]:
    pixels, flat, words = array(F32, 2), array(U8, 1), array(U16, 1)
    bytes_ = (flat, flat, I64)
    return [
        (_rgb2gray.gray_of_bytes, (*bytes_, I64)),
        (_rgb2gray.gray_of_floats, (pixels, array(F32, 1))),
        (_lab.lab_of_bytes, (*bytes_, words, words)),
        (_lab.bytes_of_lab, (*bytes_, flat)),
        (_hsv.hsv_of_bytes, bytes_),
        (_hsv.bytes_of_hsv, bytes_),
        (_hsv.hsv_of_floats, (pixels, pixels)),
        (_hsv.floats_of_hsv, (pixels, pixels)),
        (_lab.lab_of_floats, (pixels, pixels)),
        (_lab.floats_of_lab, (pixels, pixels)),
    ]


def filters() -> list[Signature]:
    pairs = [(U8, U8), (U8, I16), (U8, F32), (F32, F32)]
    ends = (F32,) * 2
    listed: list[Signature] = []
    for source, target in pairs:
        src, dst, taps = array(source, 3), array(target, 3), array(F32, 1)
        finish = (I64, F32, *ends)
        kernel = (array(I32, 2), I64, I64, I64, I64, *finish)
        floats = (array(F32, 2), *kernel[1:])
        flat = array(source, 1), array(target, 1)
        listed.append((_separable.filter_tiles, (*flat, taps, taps, *(I64,) * 9, *finish)))
        listed.append((_convolve.correlate_floats, (src, dst, *floats)))
        listed.append((_convolve.correlate_tiles, (*flat, taps, *(I64,) * 8, *finish)))
        weights = (taps, taps, *(I64,) * 4, types.boolean, *ends)
        listed.append((_gradient.gradient_lengths, (*flat, *weights)))
        if source == U8:
            listed.append((_convolve.correlate_whole, (src, dst, *kernel)))
    whole = (array(U8, 1),) * 2 + (array(I32, 1),) * 2
    for target in (U8, I16, F32):
        both = array(U8, 1), array(target, 1), array(I32, 1)
        rgb = "correlate_rgb_to_bytes" if target == U8 else "correlate_rgb"
        listed.append((_plane_lengths.lengths_gray, (*both, both[2], *(I64,) * 4, F32, *ends)))
        kernels = _plane_correlate.correlate_gray, getattr(_plane_correlate, rgb)
        listed += [(each, (*both, *(I64,) * 10, F32, *ends)) for each in kernels]
    listed.append((_byte_blur.filter_gray, (*whole, *(I64,) * 8)))
    listed.append((_byte_blur.filter_rgb, (*whole, *(I64,) * 8)))
    for source, target in ((U8, F32), (F32, U8), (F32, I16), (F32, F32)):
        columns = (array(source, 1), array(target, 1), array(F32, 1), array(I32, 1))
        listed.append((_long_taps.slide_taps, (*columns, I64, I64, I64, F32, *ends, *(I64,) * 4)))
    return listed


def wide_filters() -> list[Signature]:
    floats = array(F32, 3)
    listed: list[Signature] = [(_coarse_blur.sum_columns, (floats, floats, *(I64,) * 4, F32))]
    for dtype in (U8, F32):
        image, flag = array(dtype, 3), types.boolean
        listed.append((_coarse_blur.sum_rows, (image, floats, I64, I64, I64, flag)))
        listed.append((_coarse_blur.draw_lines, (floats, image, array(F32, 1), I64, flag)))
    sliding = (*(I64,) * 6, F64)
    for kernel, first, last, how in (
        (_sliding_sums.slide_whole, U8, U32, (*sliding, F64)),
        (_sliding_sums.slide_floats, F32, F64, sliding),
    ):
        listed.append((kernel, (array(first, 1), array(last, 1), *how, *(I64,) * 4)))
        listed.append((kernel, (array(last, 1), array(first, 1), *how, *(I64,) * 4)))
    medians = (_plane_median.median_gray, _plane_median.median_rgb)
    listed += [(median, (array(U8, 1), array(U8, 1), *(I64,) * 4)) for median in medians]
    for bits in (U8, I32):
        images = (array(bits, 1),) * 2
        listed.append((_median_blur.median_of_9, (*images, *(I64,) * 4)))
        listed.append((_median_blur.median_of_25, (*images, *(I64,) * 4)))
    listed.append((_wide_median.find_in_tile, (array(I32, 3), array(I32, 3), I64, I64, I64)))
    sliding_counts = (array(U8, 3), array(U8, 3), *(I64,) * 4)
    listed.append((_wide_median.slide_with_bytes, sliding_counts))
    listed.append((_wide_median.slide_with_pairs, sliding_counts))
    return listed


def geometry() -> list[Signature]:
    bytes_, floats = (array(U8, 3),) * 2, (array(F32, 3),) * 2
    places, ways, flag = (array(I32, 1),) * 2, array(F32, 1), types.boolean
    covers = (*(array(I32, 2),) * 2, I64, I64)
    whole, weights = (*places, array(I32, 1)), (*places, array(F32, 1))
    flat = {dtype: array(dtype, 1) for dtype in (U8, F32)}
    rows = {dtype: array(dtype, 3) for dtype in (U8, I16, F32)}
    axis = (array(I32, 1), array(I64, 1), I32)
    tiles = (flat[U8], I64, I64, flat[U8], *axis, *axis, I64, I64, I32, flag, *(I32,) * 10)
    return [
        (_resize_tiles.mean_tiles, (*tiles, *(I32,) * 4)),
        (_resize_tiles.wide_mean_tiles, (*tiles, *(I32,) * 4)),
        (_resize_tiles.weigh_tiles, (*tiles, *(I32,) * 4)),
        (_area.mean_of_bytes, (*bytes_, *covers, I64, F32, I64, I64, flag, flag)),
        (_area.mean_of_floats, (*floats, *covers, F64, I64, I64)),
        (_resize.pick_nearest, (*bytes_, *places)),
        (_resize.pick_nearest, (*floats, *places)),
        (_resize.lerp_bytes, (*bytes_, *(array(I32, 1),) * 5)),
        (_resize.lerp_floats, (*floats, places[0], ways, *places, ways)),
        (_resample.weigh_columns_of_bytes, (rows[U8], flat[U8], rows[I16], *whole, I64, I64)),
        (_resample.weigh_rows_of_bytes, (rows[I16], rows[U8], array(I16, 1), *whole, I64)),
        (_resample.weigh_columns_of_floats, (rows[F32], flat[F32], rows[F32], *weights, I64)),
        (_resample.weigh_rows_of_floats, (rows[F32], rows[F32], flat[F32], *weights)),
    ]

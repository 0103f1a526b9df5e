"""The types that each kernel is launched with: what to compile ahead."""

from __future__ import annotations

from typing import Any

from numba import types

from . import (
    _area,
    _best_tiles,
    _byte_blur,
    _cedd,
    _coarse_blur,
    _color_layout,
    _color_moments,
    _compare_tiles,
    _comparing,
    _convolve,
    _cooccurrence,
    _copy,
    _correlogram,
    _cosines,
    _count_colors,
    _count_patterns,
    _count_values,
    _edge_histogram,
    _edges,
    _gradient,
    _gray_pairs,
    _haar,
    _hash,
    _hog_blocks,
    _hog_normalize,
    _hsv,
    _lab,
    _lanczos_luma,
    _lbp,
    _long_taps,
    _median_blur,
    _normalize_counts,
    _pdq,
    _phog,
    _plane_correlate,
    _plane_lengths,
    _plane_median,
    _recipe,
    _resample,
    _resize,
    _resize_tiles,
    _rgb2gray,
    _scaled_haralick,
    _selecting,
    _separable,
    _sliding_sums,
    _tamura,
    _wave_columns,
    _wave_rows,
    _wide_median,
)

U8, U16, U32 = types.uint8, types.uint16, types.uint32
I16, I32, I64 = types.int16, types.int32, types.int64
F32, F64 = types.float32, types.float64

Signature = tuple[Any, tuple[Any, ...]]


def array(dtype: Any, ndim: int) -> Any:
    """Return the type of an array whose values stand in order."""
    return types.Array(dtype, ndim, "C")


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


def features() -> list[Signature]:
    counts, tables = array(I64, 2), (array(U16, 1),) * 2
    luts = array(I32, 2)
    edges, doubles = (array(U8, 3), array(I32, 2)), array(F64, 2)
    listed: list[Signature] = [
        (_tamura.add_best_sizes, (array(U8, 3), counts)),
        (_tamura.find_directions, (array(U8, 3), array(U8, 3))),
        (_tamura.write_textures, (counts, counts, counts, types.boolean, array(F32, 2))),
        (
            _scaled_haralick.scale_features,
            (array(F32, 1), array(U8, 1), array(F32, 1), array(F32, 1)),
        ),
        (_cedd.color_blocks, (array(U8, 4), array(U8, 3), doubles, array(F64, 3), array(U8, 2))),
        (_cedd.level_bins, (array(F64, 3), array(U8, 2), doubles, counts)),
        (_edges.thin_edges, (array(U8, 3), I64, I64, *edges)),
        (_edges.join_edges, edges),
        (_edges.mark_edges, edges),
        (_phog.vote_edges, (array(U8, 4), *edges, I64, I64, types.boolean, counts)),
        (_phog.add_levels, (counts, I64, I64, counts)),
        (_phog.write_votes, (counts, array(F32, 2))),
        (_recipe.place_part, (array(F32, 2), array(F32, 2), I64, F64)),
        (_normalize_counts.clear_counts, (counts,)),
        (_correlogram.number_colors, (array(U8, 2), I64, luts, *tables, array(U8, 1))),
        (_correlogram.count_pairs, (array(U8, 3), array(I32, 1), I64, counts)),
        (_correlogram.shares_of_pairs, (counts, I64, array(F32, 2))),
        (_normalize_counts.normalize_counts, (counts, array(F32, 2), I64)),
        (_count_values.count_bytes, (array(U8, 1), I64, I64, I64, array(I32, 1), counts)),
        (_count_values.count_floats, (array(F32, 3), F64, F64, counts)),
        (_count_values.count_floats, (array(U8, 3), F64, F64, counts)),
        (_count_colors.count_colors, (array(U8, 1), *(I64,) * 8, *tables, counts)),
    ]
    circle = (array(F64, 2), array(I32, 1), array(F32, 1), array(U8, 1), array(U8, 1), I64)
    image = (array(U8, 1), I64, I64)
    listed += [(_lbp.local_patterns, (*image, *circle, array(x, 1))) for x in (U8, U16, U32)]
    listed.append((_count_patterns.count_patterns, (*image, *circle, I64, I64, counts)))
    unit = (*image, array(F64, 2), array(U8, 1), I64, array(I32, 1), I64)
    listed.append((_lbp.unit_patterns, (*unit, array(U8, 1))))
    listed.append((_count_patterns.count_unit_patterns, (*unit, I64, I64, counts)))
    for source in (U8, F32):
        sharing = (array(I32, 1), array(I32, 1), array(F32, 1))
        blocks = (array(source, 1), array(I32, 1), *sharing, *(I64,) * 7, F32, array(F32, 1))
        listed.append((_hog_blocks.describe_blocks, blocks))
    listed.append((_hog_normalize.normalize_blocks, (array(F32, 1), I64, I64, *(F32,) * 3)))
    wide = array(I64, 2)
    moments = (I64, I64, I64, array(F32, 2))
    listed += [
        (_color_moments.add_powers, (array(U8, 4), I64, I64, I64, *tables, wide)),
        (_color_moments.describe_sums, (wide, I64, *moments)),
        (_edge_histogram.count_edges, (array(U8, 3), I64, I64, F64, array(U32, 2))),
        (
            _edge_histogram.write_shares,
            (array(U32, 2), array(F32, 1), array(I32, 1), I64, array(F32, 2)),
        ),
    ]
    colors, orders = array(I32, 3), (array(I64, 1), array(I32, 1))
    listed += [
        (_color_layout.mean_cells, (array(U8, 4), colors)),
        (_color_layout.write_layout, (colors, *orders, I64, array(F32, 2))),
    ]
    return listed + texture() + gabor()


def gabor() -> list[Signature]:
    flag, floats, sums = types.boolean, array(F32, 1), array(F64, 4)
    return [
        (_wave_rows.filter_rows, (array(U8, 1), floats, floats, *(I64,) * 6)),
        (_wave_columns.add_up_answers, (floats, floats, sums, *(I64,) * 7, flag)),
        (_wave_columns.write_answers, (floats, floats, array(types.complex64, 4), *(I64,) * 6)),
        (_wave_columns.write_statistics, (sums, F64, flag, array(F32, 2))),
    ]


def texture() -> list[Signature]:
    pairs, rows = array(U32, 3), array(U32, 2)
    flat = array(U32, 1)
    count = (array(I32, 2), I32, I32, array(I32, 2), *(I32,) * 5, rows)
    return [
        *[(_normalize_counts.clear_counts, (counts,)) for counts in (rows, array(F32, 2))],
        (_gray_pairs.pad_rows, (array(U8, 1), I32, array(U8, 1))),
        (_cooccurrence.clear_tables, (flat,)),
        (_cooccurrence.find_largest, (array(U8, 1), rows)),
        (_gray_pairs.count_pairs, count),
        (_gray_pairs.count_in_memory, count),
        (_cooccurrence.add_transposed, (rows, I32, I32)),
        (_cooccurrence.divide_counts, (flat, array(F64, 1), array(F64, 1))),
        (_cooccurrence.describe_tables, (pairs, array(F64, 1), I64, array(F64, 3))),
        (_cooccurrence.join_angles, (array(F64, 4), array(F32, 3))),
        (_cooccurrence.write_floats, (array(F64, 1), array(F32, 1))),
    ]


def hashes() -> list[Signature]:
    images, weights = (array(U8, 4),) * 2, (array(I32, 1), array(I32, 1), array(I32, 2))
    flat = (array(U8, 1),) * 2
    squares, lines, cubes = array(F64, 4), array(F64, 2), array(F64, 3)
    transform, found = (I64, array(F64, 1), lines), (array(U8, 2), array(I32, 1))
    return [
        (_lanczos_luma.luma_of_pixels, (*flat, I64)),
        (_lanczos_luma.sum_along_rows, (images[0], flat[0], images[1], *weights, I64)),
        (_lanczos_luma.sum_down_columns, (*images, *weights)),
        (_hash.hash_of_pixels, (images[0], array(U8, 2), I64, I64)),
        (_hash.bits_above_median, (lines, array(U8, 2))),
        (_cosines.cosines_down, (images[0], cubes, *transform)),
        (_cosines.cosines_along, (cubes, lines, *transform)),
        (_haar.sum_blocks, (images[0], squares, squares, I64)),
        (_haar.take_off_mean, (squares,)),
        (_pdq.turn_luma, (images[0], array(F32, 3))),
        (_pdq.slide_means, (array(F32, 3), array(F32, 3), I64)),
        (_pdq.slide_to_places, (array(F32, 3), array(F32, 3), I64)),
        (_pdq.write_pdq, (array(F32, 3), array(F32, 1), *found)),
        (_pdq.write_nothing, found),
    ]


def similarity() -> list[Signature]:
    flag, lists = types.boolean, (array(I64, 3), array(I64, 2))
    listed: list[Signature] = []
    for dtype in (F32, types.float16, U8, types.int8):
        rows, lanes = (array(dtype, 2),) * 2, "floats" if dtype in (F32, types.float16) else "words"
        finish, sign = (flag, flag), F32 if lanes == "floats" else I32
        for shape in ("few", "many"):
            compare = getattr(_compare_tiles, f"{lanes}_of_{shape}")
            keep = getattr(_best_tiles, f"best_{lanes}_of_{shape}")
            listed.append((compare, (*rows, I64, flag, *finish, flag, array(F32, 2))))
            listed.append((keep, (*rows, I64, flag, sign, I64, I64, *lists)))
        if dtype != F32:
            name = "bytes_by_matrix" if lanes == "words" else "halves_by_matrix"
            bits = rows if lanes == "words" else (array(U8, 2),) * 2
            compare, keep = getattr(_compare_tiles, name), getattr(_best_tiles, f"best_{name}")
            listed.append((compare, (*bits, I64, flag, *finish, flag, array(F32, 2))))
            listed.append((keep, (*bits, I64, flag, sign, I64, I64, *lists)))
        listed.append((_comparing.compare_all, (*rows, I64, *finish, array(F32, 2))))
        listed.append((_comparing.keep_best, (*rows, I64, F32, I64, I64, *lists)))
        listed.append((_comparing.unit_rows, (rows[0], array(F32, 2), flag)))
    found = (array(I64, 2), array(F32, 2))
    listed.append((_selecting.merge_lists, (lists[1], I64, I64, lists[1])))
    listed.append((_selecting.sort_lists, (lists[1], flag, F32, flag, flag, *found)))
    return listed


def signatures() -> list[Signature]:
    """Return every kernel with the types of its arguments."""
    strided = [types.Array(dtype, 4, "A") for dtype in (U8, F32)]
    copies = [(_copy.copy_values, (source, array(source.dtype, 1))) for source in strided]
    return [
        *copies,
        *color(),
        *filters(),
        *wide_filters(),
        *geometry(),
        *features(),
        *hashes(),
        *similarity(),
    ]

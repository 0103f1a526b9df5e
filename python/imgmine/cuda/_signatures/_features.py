"""The same of descriptors and fingerprints."""

from __future__ import annotations

from numba import types

from .. import (
    _cedd,
    _color_layout,
    _color_moments,
    _cooccurrence,
    _correlogram,
    _cosines,
    _count_colors,
    _count_patterns,
    _count_values,
    _edge_histogram,
    _edges,
    _gray_pairs,
    _haar,
    _hash,
    _hog_blocks,
    _hog_normalize,
    _lanczos_luma,
    _lbp,
    _normalize_counts,
    _pdq,
    _phog,
    _recipe,
    _scaled_haralick,
    _tamura,
    _wave_columns,
    _wave_rows,
)
from ._types import F32, F64, I32, I64, U8, U16, U32, Signature, array


def features() -> list[Signature]:
    return [
        *histograms(),
        *patterns(),
        *gradients(),
        *moments(),
        *other_descriptors(),
        *texture(),
        *gabor(),
    ]


def histograms() -> list[Signature]:
    counts, tables, luts = array(I64, 2), (array(U16, 1),) * 2, array(I32, 2)
    return [
        (_normalize_counts.clear_counts, (counts,)),
        (_normalize_counts.normalize_counts, (counts, array(F32, 2), I64)),
        (_count_values.count_bytes, (array(U8, 1), I64, I64, I64, array(I32, 1), counts)),
        (_count_values.count_floats, (array(F32, 3), F64, F64, counts)),
        (_count_values.count_floats, (array(U8, 3), F64, F64, counts)),
        (_count_colors.count_colors, (array(U8, 1), *(I64,) * 8, *tables, counts)),
        (_correlogram.number_colors, (array(U8, 2), I64, luts, *tables, array(U8, 1))),
        (_correlogram.count_pairs, (array(U8, 3), array(I32, 1), I64, counts)),
        (_correlogram.shares_of_pairs, (counts, I64, array(F32, 2))),
    ]


def patterns() -> list[Signature]:
    counts = array(I64, 2)
    circle = (array(F64, 2), array(I32, 1), array(F32, 1), array(U8, 1), array(U8, 1), I64)
    image = (array(U8, 1), I64, I64)
    unit = (*image, array(F64, 2), array(U8, 1), I64, array(I32, 1), I64)
    return [
        *[(_lbp.local_patterns, (*image, *circle, array(x, 1))) for x in (U8, U16, U32)],
        (_count_patterns.count_patterns, (*image, *circle, I64, I64, counts)),
        (_lbp.unit_patterns, (*unit, array(U8, 1))),
        (_count_patterns.count_unit_patterns, (*unit, I64, I64, counts)),
    ]


def gradients() -> list[Signature]:
    counts, edges = array(I64, 2), (array(U8, 3), array(I32, 2))
    sharing = (array(I32, 1), array(I32, 1), array(F32, 1))
    blocks = (array(I32, 1), *sharing, *(I64,) * 7, F32, array(F32, 1))
    return [
        (_edges.thin_edges, (array(U8, 3), I64, I64, *edges)),
        (_edges.join_edges, edges),
        (_edges.mark_edges, edges),
        (_phog.vote_edges, (array(U8, 4), *edges, I64, I64, types.boolean, counts)),
        (_phog.add_levels, (counts, I64, I64, counts)),
        (_phog.write_votes, (counts, array(F32, 2))),
        *[(_hog_blocks.describe_blocks, (array(source, 1), *blocks)) for source in (U8, F32)],
        (_hog_normalize.normalize_blocks, (array(F32, 1), I64, I64, *(F32,) * 3)),
    ]


def moments() -> list[Signature]:
    sums, floats = array(I64, 2), array(F32, 2)
    colors, orders = array(I32, 3), (array(I64, 1), array(I32, 1))
    kinds = (array(U32, 2), array(F32, 1), array(I32, 1), I64, floats)
    powers = (array(U8, 4), I64, I64, I64, *(array(U16, 1),) * 2, sums)
    return [
        (_color_moments.add_powers, powers),
        (_color_moments.describe_sums, (sums, I64, I64, I64, I64, floats)),
        (_edge_histogram.count_edges, (array(U8, 3), I64, I64, F64, array(U32, 2))),
        (_edge_histogram.write_shares, kinds),
        (_color_layout.mean_cells, (array(U8, 4), colors)),
        (_color_layout.write_layout, (colors, *orders, I64, floats)),
    ]


def other_descriptors() -> list[Signature]:
    counts, floats, doubles = array(I64, 2), array(F32, 2), array(F64, 2)
    scaled = (array(F32, 1), array(U8, 1), array(F32, 1), array(F32, 1))
    return [
        (_tamura.add_best_sizes, (array(U8, 3), counts)),
        (_tamura.find_directions, (array(U8, 3), array(U8, 3))),
        (_tamura.write_textures, (counts, counts, counts, types.boolean, floats)),
        (_scaled_haralick.scale_features, scaled),
        (_cedd.color_blocks, (array(U8, 4), array(U8, 3), doubles, array(F64, 3), array(U8, 2))),
        (_cedd.level_bins, (array(F64, 3), array(U8, 2), doubles, counts)),
        (_recipe.place_part, (floats, floats, I64, F64)),
    ]


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

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>

#include "base/container.hpp"
#include "base/error.hpp"
#include "search/segment.hpp"

namespace imgmine {

/// The arrays of a segment as a file has them: nobody vouches for what they are.
struct SegmentParts {
    Section links, codes, offsets, entries, ids;
    float scale = 1;
    bool has_vectors = false;
    Section vectors;  ///< f32 or f16
};

/// The memory of an array, once it is what it must be.
template <class T>
const T* checked_data(const Section& array, Dtype dtype,
                      std::initializer_list<std::ptrdiff_t> shape, const char* name) {
    bool ok = array.dtype == dtype && array.shape.size() == shape.size() &&
              reinterpret_cast<std::uintptr_t>(array.data) % sizeof(T) == 0;
    for (std::size_t d = 0; ok && d < shape.size(); ++d)
        ok = array.shape[d] == static_cast<std::uint64_t>(shape.begin()[d]);
    if (!ok) throw FormatError(std::string("an index's ") + name + " do not fit it");
    return reinterpret_cast<const T*>(array.data);
}

/// The segment that arrays make, which it borrows. Throws FormatError where they make none. After
/// that its numbers may be any: whoever follows one checks it.
inline Segment segment_of(const SegmentParts& parts) {
    if (parts.links.shape.size() != 2 || parts.codes.shape.size() != 2 ||
        parts.offsets.shape.size() != 1 || parts.entries.shape.size() != 1)
        throw FormatError("an index's arrays have other dimensions");
    const auto extent = [](const Section& array, std::size_t d) {
        return static_cast<std::ptrdiff_t>(array.shape[d]);
    };
    Segment s;
    s.n = extent(parts.links, 0), s.degree = extent(parts.links, 1);
    s.stride = extent(parts.codes, 1), s.dim = extent(parts.offsets, 0);
    s.n_entries = extent(parts.entries, 0);
    constexpr auto block = static_cast<std::ptrdiff_t>(code_block);
    // Rows of none would have no size: of one at least, none is longer than the file.
    if (s.n < 1 || s.n >= std::ptrdiff_t{1} << 31 || s.stride % block || s.stride < s.dim ||
        s.dim < 1 || !(parts.scale > 0))
        throw FormatError("an index's sizes do not fit each other");
    s.scale = parts.scale;
    s.links = checked_data<std::int32_t>(parts.links, Dtype::i32, {s.n, s.degree}, "links");
    s.codes = checked_data<std::uint8_t>(parts.codes, Dtype::u8, {s.n, s.stride}, "codes");
    s.offsets = checked_data<float>(parts.offsets, Dtype::f32, {s.dim}, "offsets");
    s.entries = checked_data<std::int32_t>(parts.entries, Dtype::i32, {s.n_entries}, "entries");
    s.ids = checked_data<std::int64_t>(parts.ids, Dtype::i64, {s.n}, "ids");
    s.codes_are_exact = !parts.has_vectors;
    if (parts.has_vectors && parts.vectors.dtype == Dtype::f32)
        s.floats = checked_data<float>(parts.vectors, Dtype::f32, {s.n, s.dim}, "vectors");
    else if (parts.has_vectors)
        s.halves = checked_data<Half>(parts.vectors, Dtype::f16, {s.n, s.dim}, "vectors");
    return s;
}

}  // namespace imgmine

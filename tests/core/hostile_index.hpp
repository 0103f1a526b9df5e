#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/container.hpp"
#include "base/crc32.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "kernels/level.hpp"
#include "search/hash_index.hpp"
#include "search/segment_parts.hpp"
#include "search/vector_index.hpp"

// Files of unknown origin, opened and searched as the library does: whatever is in them, there is
// an answer or a FormatError, and nothing is read that is not the file's.
namespace hostile {

using namespace imgmine;
using Bytes = std::vector<std::uint8_t>;

constexpr char vectors_kind[] = "vector-index", hashes_kind[] = "hash index";
constexpr std::size_t header = 64, row_size = 128, at_count = 12, at_file_size = 16, at_crc = 48;

/// Makes size and checksum of the header right, so that what else is wrong gets further.
inline void seal(std::uint8_t* bytes, std::size_t n) {
    if (n < header) return;
    std::memcpy(bytes, "\x89IMGMINE\1\0\0\0", 12);
    std::uint32_t count, crc = 0;
    std::memcpy(&count, bytes + at_count, 4);
    if (count > (n - header) / row_size) return;
    const std::uint64_t size = n;
    std::memcpy(bytes + at_file_size, &size, 8);
    std::memcpy(bytes + at_crc, &crc, 4);
    crc = crc32(bytes, header + count * row_size);
    std::memcpy(bytes + at_crc, &crc, 4);
}

inline const Section* find(const std::vector<Section>& sections, const std::string& name) {
    for (const Section& one : sections)
        if (one.name == name) return &one;
    return nullptr;
}

inline const Section& get(const std::vector<Section>& sections, const std::string& name) {
    const Section* found = find(sections, name);
    if (!found) throw FormatError("no " + name);
    return *found;
}

/// The bits of a section of a byte each.
inline std::vector<std::uint8_t> packed(const Section& bytes) {
    std::vector<std::uint8_t> bits((bytes.size + 7) / 8);
    for (std::uint64_t i = 0; i < bytes.size; ++i)
        if (bytes.data[i]) bits[i / 8] |= static_cast<std::uint8_t>(1 << i % 8);
    return bits;
}

inline Bits bits_of(const std::vector<std::uint8_t>& bytes) {
    Bits bits{bytes.data(), 0};
    for (const std::uint8_t byte : bytes) bits.n_set += __builtin_popcount(byte);
    return bits;
}

/// An index as VectorIndex.load makes it.
struct Opened {
    IndexState state;
    std::vector<std::vector<std::uint8_t>> live;
    std::vector<Bits> bits;
};

inline Segment segment_in(const std::vector<Section>& sections, const std::string& prefix) {
    const auto part = [&](const char* name) { return get(sections, prefix + name); };
    const Section* vectors = find(sections, prefix + "vectors");
    const Section scale = part("scale");
    if (scale.dtype != Dtype::f32 || scale.size < 4) throw FormatError("no scale");
    SegmentParts parts{part("links"),      part("codes"),
                       part("offsets"),    part("entries"),
                       part("ids"),        1,
                       vectors != nullptr, {}};
    std::memcpy(&parts.scale, scale.data, 4);
    if (vectors) parts.vectors = *vectors;
    return segment_of(parts);
}

inline Opened open(const std::vector<Section>& sections, Metric metric) {
    Opened index;
    IndexState& state = index.state;
    state.metric = metric;
    const Section &ids = get(sections, "tail.ids"), &tail = get(sections, "tail.vectors");
    if (tail.shape.size() != 2 || ids.shape.size() != 1 || tail.shape[1] < 1 ||
        tail.shape[1] > 65536)
        throw FormatError("no tail");
    const auto n = static_cast<std::ptrdiff_t>(ids.shape[0]);
    state.dim = static_cast<std::ptrdiff_t>(tail.shape[1]);
    state.tail = {checked_data<float>(tail, Dtype::f32, {n, state.dim}, "tail"), n, state.dim,
                  state.dim};
    state.tail_ids = checked_data<std::int64_t>(ids, Dtype::i64, {n}, "tail's ids");
    for (int i = 0; find(sections, std::to_string(i) + ".links"); ++i) {
        const std::string prefix = std::to_string(i) + ".";
        state.segments.push_back(segment_in(sections, prefix));
        const Segment& segment = state.segments.back();
        if (segment.dim != state.dim) throw FormatError("vectors of another size");
        const Section* live = find(sections, prefix + "live");
        if (live) checked_data<std::uint8_t>(*live, Dtype::u8, {segment.n}, "bits");
        index.live.push_back(live ? packed(*live) : std::vector<std::uint8_t>{});
    }
    for (std::size_t i = 0; i < index.live.size(); ++i)
        index.bits.push_back(index.live[i].empty() ? Bits{nullptr, state.segments[i].n}
                                                   : bits_of(index.live[i]));
    index.bits.push_back({nullptr, n});
    return index;
}

/// Of what a search gives back: as many as it says, in order.
inline void check_answer(const Found& found, std::ptrdiff_t n, std::ptrdiff_t k) {
    for (std::ptrdiff_t q = 0; q < n; ++q) {
        if (found.counts[q] < 0 || found.counts[q] > k) std::abort();
        for (std::ptrdiff_t i = 1; i < found.counts[q]; ++i)
            if (!(found.distances[q * k + i - 1] <= found.distances[q * k + i])) std::abort();
    }
}

inline std::vector<float> some_queries(Random& random, std::ptrdiff_t n, std::ptrdiff_t dim) {
    std::vector<float> queries(static_cast<std::size_t>(n * dim));
    for (float& value : queries) value = static_cast<float>(random.below(2000)) / 8 - 100;
    if (random.below(8) == 0)
        queries.back() = random.below(2) ? std::numeric_limits<float>::infinity()
                                         : std::numeric_limits<float>::quiet_NaN();
    return queries;
}

/// Opens an index of vectors and searches it in every way.
inline void use_vectors(const std::vector<Section>& sections) {
    const Section& settings = get(sections, "settings");
    std::uint64_t seed = 0;
    std::memcpy(&seed, settings.data, std::min<std::uint64_t>(8, settings.size));
    Random random(static_cast<std::uint32_t>(seed));
    set_cpu_level(cpu_levels()[seed / 256 % cpu_levels().size()]);
    const Opened index = open(sections, static_cast<Metric>(seed % 4));
    const IndexState& state = index.state;
    constexpr std::ptrdiff_t n = 3;
    // Filters are followed through a graph where few rows are wanted of many.
    const bool wants_few = random.below(2);
    const std::ptrdiff_t k = random.below(wants_few ? 3 : 30);
    const auto data = some_queries(random, n, state.dim);
    const RowsView<float> queries{data.data(), n, state.dim, state.dim};
    std::vector<std::int64_t> ids(static_cast<std::size_t>(n * k)), counts(n);
    std::vector<float> distances(ids.size());
    const Found found{ids.data(), distances.data(), counts.data()};
    const std::ptrdiff_t ef = 1 + random.below(wants_few ? 4 : 100);
    for (const bool exact : {false, true}) {
        search_index(state, queries, {k, ef, exact}, index.bits, found);
        check_answer(found, n, k);
    }
    std::vector<std::vector<std::uint8_t>> some;
    std::vector<Bits> allowed;
    const auto share = wants_few && random.below(2) ? 63 : random.below(256);
    for (std::size_t part = 0; part <= state.segments.size(); ++part) {
        const bool is_tail = part == state.segments.size();
        const std::ptrdiff_t rows = is_tail ? state.tail.n_rows : state.segments[part].n;
        some.emplace_back(static_cast<std::size_t>((rows + 7) / 8));
        for (std::uint8_t& byte : some.back())
            for (int bit = 0; bit < 8; ++bit) byte |= (random.below(256) <= share) << bit;
    }
    for (const auto& bytes : some) allowed.push_back(bits_of(bytes));
    search_index(state, queries, {k, ef, false}, allowed, found);
    check_answer(found, n, k);
    search_radius(state, queries, 100, index.bits);
    std::vector<float> vector(static_cast<std::size_t>(state.dim));
    for (const Segment& segment : state.segments)
        for (std::ptrdiff_t row = 0; row < segment.n; ++row) segment.decode(row, vector.data());
}

/// Opens an index of hashes as HashIndex.load does, searches and changes it.
inline void use_hashes(const std::vector<Section>& sections) {
    const Section &hashes = get(sections, "hashes"), &ids = get(sections, "ids");
    if (hashes.shape.size() != 2 || ids.shape.size() != 1 || hashes.shape[1] > 32)
        throw FormatError("no hashes");
    const auto n = static_cast<std::ptrdiff_t>(hashes.shape[0]);
    const auto size = static_cast<std::ptrdiff_t>(hashes.shape[1]);
    const auto* data = checked_data<std::uint8_t>(hashes, Dtype::u8, {n, size}, "hashes");
    const auto* names = checked_data<std::int64_t>(ids, Dtype::i64, {n}, "ids");
    HashIndex index(8 * size);
    std::vector<std::int64_t> given(static_cast<std::size_t>(n));
    index.add({data, n, size, size}, names, given.data());
    const std::ptrdiff_t k = 5, few = std::min<std::ptrdiff_t>(n, 3);
    std::vector<std::int64_t> found(static_cast<std::size_t>(few * k)), counts(3);
    std::vector<float> distances(found.size());
    index.search({data, few, size, size}, k, found.data(), distances.data(), counts.data());
    index.radius({data, few, size, size}, 9);
    index.remove(given.data(), few);
    if (index.size() != n - few) std::abort();
    std::vector<std::uint8_t> left;
    std::vector<std::int64_t> left_ids;
    index.contents(left, left_ids);
}

/// Does with a file what the library would.
inline void use(const std::uint8_t* bytes, std::size_t n, bool verify) {
    std::string kind;
    if (n >= header)
        kind.assign(reinterpret_cast<const char*>(bytes) + 24, bytes[24] == 'h' ? 10 : 12);
    const bool has_hashes = kind == hashes_kind;
    try {
        const auto sections =
            parse_container(bytes, n, has_hashes ? hashes_kind : vectors_kind, verify);
        has_hashes ? use_hashes(sections) : use_vectors(sections);
    } catch (const FormatError&) {
    } catch (const std::invalid_argument&) {  // of HashIndex::add: FormatError in Python
    }
}

/// The same with a copy of exactly that size, where a mapped file would begin.
inline void use_copy(const std::uint8_t* bytes, std::size_t n, bool sealed) {
    void* memory = nullptr;
    if (posix_memalign(&memory, 64, std::max<std::size_t>(n, 1)) != 0) return;
    const std::unique_ptr<void, void (*)(void*)> owner(memory, std::free);
    auto* copy = static_cast<std::uint8_t*>(memory);
    std::copy_n(bytes, n, copy);
    if (sealed) seal(copy, n);
    use(copy, n, !sealed);
}

/// Arrays that are put into a container together.
struct Arrays {
    std::vector<std::pair<Section, Bytes>> list;

    template <class T>
    void put(std::string name, Dtype dtype, std::vector<std::uint64_t> shape,
             const std::vector<T>& values) {
        const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
        Bytes bytes(first, first + values.size() * sizeof(T));
        list.emplace_back(Section{std::move(name), dtype, std::move(shape), nullptr, bytes.size()},
                          std::move(bytes));
    }
    Bytes file(const char* kind) const {
        std::vector<Section> sections;
        for (const auto& [section, bytes] : list) {
            sections.push_back(section);
            sections.back().data = bytes.data();
        }
        return make_container(kind, sections);
    }
};

inline void put_segment(Arrays& arrays, const std::string& prefix, Random& random, std::uint64_t n,
                        std::uint64_t dim, Dtype vectors) {
    const std::uint64_t degree = 4, stride = (dim + 31) / 32 * 32;
    std::vector<std::int32_t> links;
    for (std::uint64_t i = 0; i < n * degree; ++i)
        links.push_back(i % 7 == 6 ? -1 : static_cast<std::int32_t>(random.below(n)));
    std::vector<std::uint8_t> codes(n * stride);
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random.below(256));
    std::vector<std::int64_t> ids(n);
    for (std::uint64_t i = 0; i < n; ++i) ids[i] = static_cast<std::int64_t>(3 * i);
    arrays.put(prefix + "links", Dtype::i32, {n, degree}, links);
    arrays.put(prefix + "codes", Dtype::u8, {n, stride}, codes);
    arrays.put(prefix + "offsets", Dtype::f32, {dim}, std::vector<float>(dim, -100));
    arrays.put(prefix + "scale", Dtype::f32, {1}, std::vector<float>{0.75f});
    arrays.put(prefix + "entries", Dtype::i32, {3}, std::vector<std::int32_t>{0, 5, 9});
    arrays.put(prefix + "ids", Dtype::i64, {n}, ids);
    if (vectors == Dtype::f32)
        arrays.put(prefix + "vectors", vectors, {n, dim}, std::vector<float>(n * dim, 1.5f));
    if (vectors == Dtype::f16)
        arrays.put(prefix + "vectors", vectors, {n, dim}, std::vector<std::uint16_t>(n * dim, 9));
}

/// Undamaged files: indexes of every storage, and one of hashes.
inline std::vector<Bytes> samples() {
    std::vector<Bytes> files;
    Random random(5);
    std::uint8_t metric = 0;
    for (const Dtype vectors : {Dtype::u8, Dtype::f16, Dtype::f32}) {
        Arrays arrays;
        arrays.put("settings", Dtype::u8, {3},
                   std::vector<std::uint8_t>{metric++, static_cast<std::uint8_t>(vectors), 77});
        put_segment(arrays, "0.", random, 40, 5, vectors);
        std::vector<std::uint8_t> live(40, 1);
        live[3] = live[20] = 0;
        arrays.put("0.live", Dtype::u8, {40}, live);
        put_segment(arrays, "1.", random, 12, 5, vectors);
        arrays.put("tail.ids", Dtype::i64, {4}, std::vector<std::int64_t>{1, 4, 7, 10});
        arrays.put("tail.vectors", Dtype::f32, {4, 5}, std::vector<float>(20, 2.5f));
        files.push_back(arrays.file(vectors_kind));
    }
    Arrays large;
    // These settings have a filter followed through the graph.
    large.put("settings", Dtype::u8, {3}, std::vector<std::uint8_t>{0, 2, 24});
    put_segment(large, "0.", random, 900, 2, Dtype::u8);
    large.put("tail.ids", Dtype::i64, {0}, std::vector<std::int64_t>{});
    large.put("tail.vectors", Dtype::f32, {0, 2}, std::vector<float>{});
    files.push_back(large.file(vectors_kind));
    Arrays arrays;
    std::vector<std::uint8_t> hashes(16 * 10);
    for (std::uint8_t& byte : hashes) byte = static_cast<std::uint8_t>(random.below(256));
    arrays.put("hashes", Dtype::u8, {10, 16}, hashes);
    arrays.put("ids", Dtype::i64, {10}, std::vector<std::int64_t>{5, 1, 2, 3, 4, 0, 6, 7, 8, 90});
    files.push_back(arrays.file(hashes_kind));
    return files;
}

/// Changes a little: bits anywhere, or numbers where numbers stand.
inline void damage(std::uint8_t* bytes, std::size_t n, Random& random) {
    if (n < header) return;
    constexpr std::int64_t odd[] = {
        0,         1,          -1,         2,          31,        32,         40,
        41,        127,        128,        255,        256,       65535,      65536,
        INT32_MAX, INT32_MIN,  1ll << 31,  1ll << 32,  1ll << 40, 1ll << 61,  INT64_MAX,
        INT64_MIN, 0x7f800000, 0x7fc00000, 0xff800000, 8,         1065353216, 64};
    for (auto times = 1 + random.below(4); times > 0; --times) {
        const std::size_t limit = random.below(2) ? n : std::min<std::size_t>(n, 2600);
        const std::size_t at = random.below(limit);
        const std::size_t width = std::size_t{1} << random.below(4);
        const std::size_t place = std::min(at / width * width, n - width);
        const std::int64_t value = odd[random.below(std::size(odd))];
        switch (random.below(4)) {
            case 0:
                bytes[at] ^= static_cast<std::uint8_t>(1 << random.below(8));
                break;
            case 1:
                bytes[at] = static_cast<std::uint8_t>(random.below(256));
                break;
            case 2:
                std::memcpy(bytes + place, &value, width);
                break;
            default: {
                std::uint64_t number = 0;
                std::memcpy(&number, bytes + place, width);
                number += random.below(9) - 4u;
                std::memcpy(bytes + place, &number, width);
            }
        }
    }
}

}  // namespace hostile

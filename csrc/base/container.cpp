#include "base/container.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/error.hpp"

namespace imgmine {
namespace {

constexpr char magic[9] = "\x89IMGMINE";
constexpr std::uint32_t version = 1;
constexpr std::size_t alignment = 64;
constexpr std::size_t max_dims = 6;
constexpr std::size_t max_sections = 65536;

// Where the fields stand: in the header ...
constexpr std::size_t at_version = 8, at_count = 12, at_file_size = 16, at_kind = 24,
                      kind_size = 24, at_header_crc = 48, header_size = 64;
// ... and in a row of the table.
constexpr std::size_t name_size = 32, at_dtype = 32, at_ndim = 36, at_shape = 40, at_offset = 88,
                      at_size = 96, at_crc = 104, row_size = 128;

std::uint64_t align(std::uint64_t offset) {
    return (offset + alignment - 1) / alignment * alignment;
}

void check(bool ok, const std::string& what) {
    if (!ok) throw FormatError(what);
}

bool all_zero(const std::uint8_t* first, const std::uint8_t* last) {
    return std::all_of(first, last, [](std::uint8_t byte) { return byte == 0; });
}

/// Printable ASCII: messages quote names, and a message must be valid in any encoding.
bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// A field of `size` characters that ends in at least one zero.
std::string read_text(const std::uint8_t* field, std::size_t size, const char* what) {
    const auto* end = std::find(field, field + size, 0);
    check(end != field + size && all_zero(end, field + size),
          std::string(what) + " is not terminated");
    const std::string text(reinterpret_cast<const char*>(field),
                           static_cast<std::size_t>(end - field));
    check(is_printable(text), std::string(what) + " is not printable ASCII");
    return text;
}

void write_text(std::uint8_t* field, std::size_t size, std::string_view text, const char* what) {
    require(!text.empty() && text.size() < size && is_printable(text),
            std::string(what) + " must have 1 to " + std::to_string(size - 1) +
                " characters of printable ASCII, got '" + std::string(text) + "'");
    std::copy(text.begin(), text.end(), field);
}

std::uint32_t header_crc(const std::uint8_t* bytes, std::size_t table_end) {
    std::vector<std::uint8_t> copy(bytes, bytes + table_end);
    store_bytes<std::uint32_t>(copy.data() + at_header_crc, 0);
    return crc32(copy.data(), copy.size());
}

/// Bytes that the section's array takes; false where its shape is none that memory can have. A zero
/// does not excuse the other extents: users multiply them, too.
bool array_size(const Section& section, std::uint64_t& size) {
    std::uint64_t without_zeros = item_size(section.dtype);
    bool is_empty = false;
    for (const std::uint64_t extent : section.shape)
        if (extent == 0)
            is_empty = true;
        else if (!multiply_fits(without_zeros, extent, without_zeros))
            return false;
    size = is_empty ? 0 : without_zeros;
    return without_zeros <= PTRDIFF_MAX;
}

Section parse_row(const std::uint8_t* row) {
    Section section;
    section.name = read_text(row, name_size, "a section's name");
    check(!section.name.empty(), "a section has no name");
    const std::string who = "section '" + section.name + "': ";
    const auto dtype = load_bytes<std::uint32_t>(row + at_dtype);
    check(dtype < n_dtypes, who + "unknown dtype " + std::to_string(dtype));
    section.dtype = static_cast<Dtype>(dtype);
    const auto ndim = load_bytes<std::uint32_t>(row + at_ndim);
    check(ndim <= max_dims, who + "more than 6 dimensions");
    for (std::size_t d = 0; d < max_dims; ++d) {
        const auto extent = load_bytes<std::uint64_t>(row + at_shape + 8 * d);
        if (d < ndim)
            section.shape.push_back(extent);
        else
            check(extent == 0, who + "an extent beyond its dimensions");
    }
    section.size = load_bytes<std::uint64_t>(row + at_size);
    std::uint64_t size = 0;
    check(array_size(section, size) && size == section.size,
          who + "its size does not match its shape");
    check(all_zero(row + at_crc + 4, row + row_size), who + "reserved bytes are not zero");
    return section;
}

}  // namespace

std::size_t item_size(Dtype dtype) {
    constexpr std::size_t sizes[n_dtypes] = {1, 1, 2, 2, 4, 4, 8, 8, 2, 4, 8};
    return sizes[static_cast<std::uint32_t>(dtype)];
}

std::vector<Section> parse_container(const std::uint8_t* bytes, std::size_t n,
                                     std::string_view kind, bool verify) {
    check(n >= header_size &&
              std::equal(magic, magic + 8, bytes,
                         [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }),
          "not an imgmine file");
    const auto found_version = load_bytes<std::uint32_t>(bytes + at_version);
    check(found_version == version,
          "format version " + std::to_string(found_version) + ", this library reads version 1");
    check(load_bytes<std::uint64_t>(bytes + at_file_size) == n,
          "the file is truncated or has grown: it says it has " +
              std::to_string(load_bytes<std::uint64_t>(bytes + at_file_size)) + " bytes, not " +
              std::to_string(n));
    const auto count = load_bytes<std::uint32_t>(bytes + at_count);
    check(count <= max_sections && count <= (n - header_size) / row_size,
          "the table of sections does not fit into the file");
    const std::size_t table_end = header_size + count * row_size;
    check(load_bytes<std::uint32_t>(bytes + at_header_crc) == header_crc(bytes, table_end),
          "the header's checksum is wrong");
    check(all_zero(bytes + at_header_crc + 4, bytes + header_size),
          "reserved bytes of the header are not zero");
    const std::string found_kind = read_text(bytes + at_kind, kind_size, "the kind");
    check(found_kind == kind,
          "the file holds '" + found_kind + "', not '" + std::string(kind) + "'");

    std::vector<Section> sections;
    std::set<std::string> names;
    std::uint64_t end = table_end;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint8_t* row = bytes + header_size + i * row_size;
        Section section = parse_row(row);
        const std::string who = "section '" + section.name + "': ";
        check(names.insert(section.name).second, who + "named twice");
        const auto offset = load_bytes<std::uint64_t>(row + at_offset);
        check(offset == align(end), who + "not where the one before it ends");
        check(offset <= n && section.size <= n - offset, who + "reaches past the end of the file");
        section.data = bytes + offset;
        if (verify) {
            check(all_zero(bytes + end, bytes + offset), who + "padding before it is not zero");
            check(crc32(section.data, section.size) == load_bytes<std::uint32_t>(row + at_crc),
                  who + "its checksum is wrong");
        }
        end = offset + section.size;
        sections.push_back(std::move(section));
    }
    check(end == n, "bytes follow the last section");
    return sections;
}

std::vector<std::uint8_t> make_container_head(std::string_view kind,
                                              const std::vector<Section>& sections) {
    require(sections.size() <= max_sections, "a container holds at most 65536 sections");
    std::vector<std::uint8_t> bytes(header_size + sections.size() * row_size);
    std::uint64_t end = bytes.size();
    std::uint8_t* row = bytes.data() + header_size;
    for (const Section& section : sections) {
        std::uint64_t size = 0;
        require(section.shape.size() <= max_dims, "an array has at most 6 dimensions");
        require(array_size(section, size) && size == section.size,
                "section '" + section.name + "': size does not match shape");
        const std::uint64_t offset = align(end);
        write_text(row, name_size, section.name, "a section's name");
        store_bytes(row + at_dtype, static_cast<std::uint32_t>(section.dtype));
        store_bytes(row + at_ndim, static_cast<std::uint32_t>(section.shape.size()));
        for (std::size_t d = 0; d < section.shape.size(); ++d)
            store_bytes(row + at_shape + 8 * d, section.shape[d]);
        store_bytes(row + at_offset, offset);
        store_bytes(row + at_size, section.size);
        store_bytes(row + at_crc, crc32(section.data, section.size));
        end = offset + section.size;
        row += row_size;
    }
    std::copy(magic, magic + 8, bytes.begin());
    store_bytes(bytes.data() + at_version, version);
    store_bytes(bytes.data() + at_count, static_cast<std::uint32_t>(sections.size()));
    store_bytes(bytes.data() + at_file_size, end);
    write_text(bytes.data() + at_kind, kind_size, kind, "kind");
    store_bytes(bytes.data() + at_header_crc, header_crc(bytes.data(), bytes.size()));
    return bytes;
}

std::vector<std::uint8_t> make_container(std::string_view kind,
                                         const std::vector<Section>& sections) {
    std::vector<std::uint8_t> bytes = make_container_head(kind, sections);
    std::uint64_t end = bytes.size();
    bytes.resize(load_bytes<std::uint64_t>(bytes.data() + at_file_size));
    for (const Section& section : sections) {
        const std::uint64_t offset = align(end);
        std::copy_n(section.data, section.size, bytes.data() + offset);
        end = offset + section.size;
    }
    return bytes;
}

}  // namespace imgmine

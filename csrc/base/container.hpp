#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The one file format for everything the library writes: named arrays, little-endian.
//
//   header, 64 bytes     magic "\x89IMGMINE" · u32 version · u32 number of sections · u64 file size
//   ·
//                        char kind[24] · u32 CRC-32 of header and table (this field zero) · zeros
//   table, 128 bytes     char name[32] · u32 dtype · u32 ndim · u64 shape[6] · u64 offset · u64
//   size ·
//     a section          u32 CRC-32 of the data · zeros
//   data                 each section at the next multiple of 64, in the table's order, zeros
//   between
//
// Names and kinds are printable ASCII. Every byte of a file is covered by a checksum or must be
// zero, so any change is found.
namespace imgmine {

enum class Dtype : std::uint32_t {
    u8 = 0,
    i8 = 1,
    u16 = 2,
    i16 = 3,
    u32 = 4,
    i32 = 5,
    u64 = 6,
    i64 = 7,
    f16 = 8,
    f32 = 9,
    f64 = 10,
};
constexpr std::uint32_t n_dtypes = 11;

std::size_t item_size(Dtype dtype);

/// A named array; `data` is borrowed.
struct Section {
    std::string name;
    Dtype dtype = Dtype::u8;
    std::vector<std::uint64_t> shape;
    const std::uint8_t* data = nullptr;
    std::uint64_t size = 0;  ///< bytes
};

/// Checks the whole of a file's bytes and returns its sections, which point into them.
///
/// Throws FormatError, saying what is wrong, unless the bytes are an undamaged container of `kind`.
/// Takes no more memory than the table of sections, whatever the header claims. Without `verify`
/// the sections themselves are not looked at: for mapped files, of which only a part will be read
/// and whose readers trust nothing in it.
std::vector<Section> parse_container(const std::uint8_t* bytes, std::size_t n,
                                     std::string_view kind, bool verify = true);

/// The bytes of a container. Throws std::invalid_argument on names, kinds or shapes that do not
/// fit.
std::vector<std::uint8_t> make_container(std::string_view kind,
                                         const std::vector<Section>& sections);

/// The header and table of the same: the sections follow, each at the next multiple of 64.
std::vector<std::uint8_t> make_container_head(std::string_view kind,
                                              const std::vector<Section>& sections);

}  // namespace imgmine

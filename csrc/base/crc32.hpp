#pragma once

#include <cstddef>
#include <cstdint>

namespace imgmine {

/// CRC-32 of ISO 3309 (the one of zlib and PNG) of `n` bytes.
std::uint32_t crc32(const std::uint8_t* bytes, std::size_t n);

}  // namespace imgmine

#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/codes.hpp"
#include "kernels/shortlist.hpp"
#include "similarity/metric.hpp"

namespace imgmine {

/// A bit per row, the lowest of a byte first; none: every row.
struct Bits {
    const std::uint8_t* bytes = nullptr;
    std::ptrdiff_t n_set = 0;

    bool all() const { return !bytes; }
    /// Calls take(row) for each of n rows whose bit is set, in order.
    template <class Take>
    void for_each(std::ptrdiff_t n, const Take& take) const {
        if (all()) {
            for (std::ptrdiff_t row = 0; row < n; ++row) take(row);
            return;
        }
        const std::ptrdiff_t n_bytes = (n + 7) / 8;
        for (std::ptrdiff_t i = 0; i < n_bytes; i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes + i,
                        static_cast<std::size_t>(std::min<std::ptrdiff_t>(8, n_bytes - i)));
            for (; word; word &= word - 1) {
                const std::ptrdiff_t row = 8 * i + std::countr_zero(word);
                if (row < n) take(row);
            }
        }
    }

    bool operator[](std::ptrdiff_t i) const { return !bytes || (bytes[i >> 3] >> (i & 7) & 1); }
};

/// A frozen graph over vectors, borrowed: often from a mapped file, which nobody vouches for. Every
/// number that leads somewhere is checked when it is followed.
struct Segment {
    std::ptrdiff_t n = 0, dim = 0;
    std::ptrdiff_t stride = 0;              ///< bytes of a row of codes: dim, rounded up
    std::ptrdiff_t degree = 0;              ///< places for links in a row
    const std::int32_t* links = nullptr;    ///< (n, degree); a row ends at the first below 0
    const std::uint8_t* codes = nullptr;    ///< (n, stride); zeros behind dim
    const float* offsets = nullptr;         ///< (dim): value = offset + scale * code
    float scale = 1;                        ///< > 0
    bool codes_are_exact = false;           ///< the codes say all there is to know
    const float* floats = nullptr;          ///< (n, dim), or
    const Half* halves = nullptr;           ///< (n, dim), or neither
    const std::int32_t* entries = nullptr;  ///< where searches begin
    std::ptrdiff_t n_entries = 0;
    const std::int64_t* ids = nullptr;  ///< (n)

    bool contains(std::int32_t row) const {
        return static_cast<std::uint32_t>(row) < static_cast<std::uint64_t>(n);
    }

    /// The vector that a row stands for.
    void decode(std::ptrdiff_t row, float* out) const {
        const auto size = static_cast<std::size_t>(dim);
        if (floats)
            std::memcpy(out, floats + row * dim, size * sizeof(float));
        else if (halves)
            shortlist_kernels().widen_half(halves + row * dim, size, out);
        else
            code_kernels().decode(codes + row * stride, offsets, scale, size, out);
    }

    void prefetch_vector(std::ptrdiff_t row) const {
        const char* first = floats   ? reinterpret_cast<const char*>(floats + row * dim)
                            : halves ? reinterpret_cast<const char*>(halves + row * dim)
                                     : reinterpret_cast<const char*>(codes + row * stride);
        const std::ptrdiff_t bytes = floats ? 4 * dim : halves ? 2 * dim : stride;
        for (std::ptrdiff_t i = 0; i < bytes; i += 64) __builtin_prefetch(first + i);
    }
};

/// A query as a segment's codes are compared with it: in 16 bits, so that it need not lie within
/// the codes' range.
class CodeQuery {
  public:
    void set(const Segment& segment, const float* query, bool is_euclidean) {
        const auto dim = static_cast<std::size_t>(segment.dim);
        values_.assign(static_cast<std::size_t>(segment.stride), 0);
        compare_ = is_euclidean ? code_kernels().squared_l2s : code_kernels().negative_dots;
        codes_ = segment.codes;
        stride_ = static_cast<std::size_t>(segment.stride);
        if (is_euclidean) {
            // No sum of squares may leave 31 bits; in 8,192 dimensions codes take up half of them.
            const float most = std::floor(std::sqrt(2147483647.0f / static_cast<float>(dim)));
            const float limit = std::min(std::max(most - 256, most / 2), 1000.0f);
            for (std::size_t i = 0; i < dim; ++i)
                values_[i] = rounded((query[i] - segment.offsets[i]) / segment.scale, limit);
        } else {
            double total = 0;
            float largest = 0;
            for (std::size_t i = 0; i < dim; ++i) {
                total += std::abs(static_cast<double>(query[i]));
                largest = std::max(largest, std::abs(query[i]));
            }
            if (!(total > 0) || !std::isfinite(total)) return;  // all are equally near
            const double factor = std::min(32000.0 / largest, 8e6 / total);
            for (std::size_t i = 0; i < dim; ++i)
                values_[i] = rounded(static_cast<float>(query[i] * factor), 32000);
        }
    }
    /// A row as a query, for squared Euclidean distances in steps of the codes.
    void set_row(const Segment& segment, std::ptrdiff_t row) {
        const std::uint8_t* const codes = segment.codes + row * segment.stride;
        values_.assign(codes, codes + segment.stride);
        compare_ = code_kernels().squared_l2s;
        codes_ = segment.codes;
        stride_ = static_cast<std::size_t>(segment.stride);
    }
    void compare(const std::int32_t* rows, std::size_t n, std::int32_t* out) const {
        compare_(values_.data(), codes_, stride_, rows, n, out);
    }

  private:
    static std::int16_t rounded(float value, float limit) {
        if (!(value > -limit)) value = -limit;  // NaN, too
        return static_cast<std::int16_t>(std::lrint(std::min(value, limit)));
    }

    std::vector<std::int16_t> values_;
    CompareCodes compare_ = nullptr;
    const std::uint8_t* codes_ = nullptr;
    std::size_t stride_ = 0;
};

}  // namespace imgmine

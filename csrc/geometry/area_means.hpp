#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/area.hpp"

namespace imgmine {

/// Column sums of the rows that a new row covers: in which form the kernels have them.
enum class AreaForm { whole, low, low_and_high };

class AreaSums {
  public:
    AreaSums(std::size_t n, AreaForm form)
        : whole_(form == AreaForm::whole ? n : 0),
          low_(form == AreaForm::whole ? 0 : n + room),
          high_(form == AreaForm::low_and_high ? n + room : 0) {}
    AreaSumsView view() {
        return {whole_.empty() ? nullptr : whole_.data(), low_.data(),
                high_.empty() ? nullptr : high_.data()};
    }

  private:
    static constexpr std::size_t room = 32;
    std::vector<std::uint32_t> whole_;
    std::vector<std::int16_t> low_, high_;
};

/// Turns column sums into a new row of uint8.
class AreaMeans {
  public:
    AreaMeans(const std::vector<Cover>& covers, std::uint32_t inner_weight, std::uint64_t width,
              std::uint64_t height, std::ptrdiff_t old_width, std::size_t channels)
        : covers_(covers),
          inner_weight_(inner_weight),
          area_(width * height),
          inverse_(1.0 / static_cast<double>(area_)),
          channels_(channels),
          form_(height <= 257 ? AreaForm::low : AreaForm::low_and_high) {
        const bool fits = (channels == 1 || channels == 3 || channels == 4) && old_width >= 8 &&
                          width < (1 << 15);
        if (fits && area_kernels().permutes_bytes)
            make_windows(old_width, width);
        else
            form_ = AreaForm::whole;
    }
    AreaMeans(const AreaMeans&) = delete;
    AreaMeans& operator=(const AreaMeans&) = delete;

    AreaForm form() const { return form_; }

    void run(AreaSums& sums, std::vector<std::uint8_t>& scratch, std::uint8_t* out) const {
        if (form_ == AreaForm::whole) return run_plain(sums.view().whole, out);
        scratch.resize(windows_.n_pixels * channels_ + 16);
        area_kernels().mean_windows_u8(sums.view(), windows_, scratch.data());
        std::memcpy(out, scratch.data(), covers_.size() * channels_);
    }

  private:
    /// (2 n + d) / (2 d), a mean of bytes rounded half up.
    std::uint8_t rounded_mean(std::uint64_t numerator) const {
        const std::uint64_t n = numerator + area_ / 2;
        // The quotient of n + 1/2 is at least 1 / (2 d) away from whole numbers, further than
        // doubles are wrong below 256.
        if (area_ < std::uint64_t{1} << 42)
            return static_cast<std::uint8_t>(static_cast<int>(
                (static_cast<double>(static_cast<std::int64_t>(n)) + 0.5) * inverse_));
        return static_cast<std::uint8_t>(n / area_);
    }
    template <std::size_t fixed_channels>
    void plain_row(const std::uint32_t* totals, std::uint8_t* out) const {
        const std::size_t channels = fixed_channels ? fixed_channels : channels_;
        for (const Cover& cover : covers_)
            for (std::size_t c = 0; c < channels; ++c) {
                const std::uint32_t* from =
                    totals + static_cast<std::size_t>(cover.first) * channels + c;
                const auto last = static_cast<std::size_t>(cover.count) - 1;
                std::uint64_t inner = 0;
                for (std::size_t j = 1; j < last; ++j) inner += from[j * channels];
                *out++ = rounded_mean(inner * inner_weight_ +
                                      std::uint64_t{from[0]} * cover.first_weight +
                                      std::uint64_t{from[last * channels]} * cover.last_weight);
            }
    }
    void run_plain(const std::uint32_t* totals, std::uint8_t* out) const {
        if (channels_ == 1)
            plain_row<1>(totals, out);
        else if (channels_ == 3)
            plain_row<3>(totals, out);
        else
            plain_row<0>(totals, out);
    }

    void make_windows(std::ptrdiff_t old_width, std::uint64_t width) {
        std::ptrdiff_t window = 8;
        for (const Cover& cover : covers_) window = std::max<std::ptrdiff_t>(window, cover.count);
        const auto n = static_cast<std::ptrdiff_t>(covers_.size());
        const auto channels = static_cast<std::ptrdiff_t>(channels_);
        const std::ptrdiff_t n_chunks = (window + 7) / 8, together = channels == 1 ? 16 : 4;
        const std::ptrdiff_t n_pixels = (n + together - 1) / together * together;
        for (std::ptrdiff_t k = 0; k < n_chunks; ++k)
            offset_.push_back(static_cast<std::int32_t>(std::min(8 * k, window - 8) * channels));
        weights_.assign(static_cast<std::size_t>(n_pixels * n_chunks * 8), 0);
        for (std::ptrdiff_t x = 0; x < n_pixels; ++x) {
            const Cover& cover = covers_[static_cast<std::size_t>(std::min(x, n - 1))];
            const std::ptrdiff_t start = std::min<std::ptrdiff_t>(cover.first, old_width - window);
            start_.push_back(static_cast<std::int32_t>(start * channels));
            for (std::int32_t k = 0; k < cover.count; ++k) {
                const std::ptrdiff_t at = cover.first - start + k;
                const std::ptrdiff_t chunk = std::min(at / 8, n_chunks - 1);
                const std::ptrdiff_t within = at - std::min(8 * chunk, window - 8);
                weights_[place(x, n_chunks, chunk) + static_cast<std::size_t>(within)] =
                    static_cast<std::int16_t>(k == 0                 ? cover.first_weight
                                              : k == cover.count - 1 ? cover.last_weight
                                                                     : inner_weight_);
            }
        }
        windows_ = {static_cast<std::size_t>(n_pixels),
                    channels_,
                    static_cast<std::size_t>(n_chunks),
                    offset_.data(),
                    start_.data(),
                    weights_.data(),
                    32768.0 * static_cast<double>(width) + static_cast<double>(area_ / 2) + 0.5,
                    inverse_};
    }
    /// Where the eight weights of a pixel in a chunk begin.
    std::size_t place(std::ptrdiff_t x, std::ptrdiff_t n_chunks, std::ptrdiff_t chunk) const {
        if (channels_ != 1) return static_cast<std::size_t>(8 * (x * n_chunks + chunk));
        const std::ptrdiff_t group = x / 16, lane = x % 16 / 4, part = x % 4;
        return static_cast<std::size_t>(32 * ((group * n_chunks + chunk) * 4 + part) + 8 * lane);
    }

    const std::vector<Cover>& covers_;
    std::uint32_t inner_weight_;
    std::uint64_t area_;
    double inverse_;
    std::size_t channels_;
    AreaForm form_;
    std::vector<std::int32_t> offset_, start_;
    std::vector<std::int16_t> weights_;
    AreaWindows windows_{};
};

}  // namespace imgmine

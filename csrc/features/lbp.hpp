#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/image.hpp"
#include "kernels/lbp.hpp"

namespace imgmine {

/// What becomes of a pattern of bits, one for each point.
enum class LbpMethod {
    all,          ///< the pattern
    turned,       ///< the least number that turning the circle makes of it
    uniform,      ///< the number of ones where bits change at most twice, else points + 1
    nri_uniform,  ///< the same told apart by where the ones begin
};

/// "default", "ror", "uniform" or "nri_uniform".
LbpMethod lbp_method_from_name(std::string_view name);

struct LbpOptions {
    std::vector<double> rows;  ///< of the points, from the pixel
    std::vector<double> columns;
    LbpMethod method;

    unsigned points() const { return static_cast<unsigned>(rows.size()); }
    /// Codes are below this number.
    std::uint64_t n_codes() const;
    /// The codes of all patterns of up to 8 points.
    std::array<std::uint8_t, 256> codes() const;
    /// Throws std::invalid_argument unless there are 1 to 32 points.
    void check() const;
};

class UnitCircle;

/// The codes of an image's rows, in rising order.
class LbpRows {
  public:
    LbpRows(ImageView<const std::uint8_t> image, const LbpOptions& options);
    ~LbpRows();

    /// Writes the codes of row y, of up to 8 points.
    void bytes(std::ptrdiff_t y, std::uint8_t* codes);
    /// Codes of row y, of more than 8 points.
    const std::uint32_t* words(std::ptrdiff_t y);

  private:
    void flags_of(std::size_t point, std::ptrdiff_t y);
    void copy_row(std::ptrdiff_t y, std::ptrdiff_t first, std::vector<std::uint8_t>& to) const;

    ImageView<const std::uint8_t> image_;
    const LbpOptions& options_;
    std::unique_ptr<UnitCircle> unit_;
    std::size_t width_;
    std::array<std::uint8_t, 256> codes_{};   // of patterns of up to 8 points
    std::vector<std::vector<double>> right_;  // of each point: how far it is between columns
    std::vector<std::uint8_t> top_, bottom_, center_, flags_, bytes_;
    std::vector<std::uint32_t> words_;
};

/// Writes the code of every pixel; T must hold them.
template <class T>
void lbp(ImageView<const std::uint8_t> src, const LbpOptions& options, ImageView<T> codes);

extern template void lbp(ImageView<const std::uint8_t>, const LbpOptions&, ImageView<std::uint8_t>);
extern template void lbp(ImageView<const std::uint8_t>, const LbpOptions&,
                         ImageView<std::uint16_t>);
extern template void lbp(ImageView<const std::uint8_t>, const LbpOptions&,
                         ImageView<std::uint32_t>);

/// Where codes are counted.
struct LbpRegions {
    std::ptrdiff_t grid_rows = 1, grid_columns = 1;
    ImageView<const std::uint8_t> mask{};    ///< only where it is not 0; no data: everywhere
    ImageView<const std::int32_t> labels{};  ///< each region from 1 on for itself
    std::ptrdiff_t n_labels = 0;
};

/// Counts of the codes, in the cells of a grid row by row or in each labelled region.
std::vector<std::uint64_t> lbp_histogram(ImageView<const std::uint8_t> src,
                                         const LbpOptions& options, const LbpRegions& regions);

}  // namespace imgmine

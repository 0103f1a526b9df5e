#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/image.hpp"
#include "kernels/neighbors.hpp"

namespace imgmine {

/// How samples are apart.
enum class Apart { euclidean, l1, cosine };

inline Apart apart_from_name(std::string_view name) {
    if (name == "euclidean") return Apart::euclidean;
    if (name == "l1" || name == "manhattan" || name == "cityblock") return Apart::l1;
    if (name == "cosine") return Apart::cosine;
    throw std::invalid_argument("metric must be 'euclidean', 'l1' or 'cosine', got '" +
                                std::string(name) + "'");
}

using AnyRows = std::variant<RowsView<float>, RowsView<double>, RowsView<std::uint8_t>>;

/// Rows of numbers, read as float64 one by one from where they lie, and their exact distances:
/// float64, added up in one order.
///
/// Inside, the "rank" of a distance stands for it: its square (Euclidean), itself (l1) or, as
/// half the square of the distance of rows of length 1, itself (cosine). Rows whose squares would
/// leave a double's range are scaled by a power of two.
class ExactRows {
  public:
    ExactRows(AnyRows rows, Apart apart) : rows_(std::move(rows)), apart_(apart) {
        std::visit(
            [this](const auto& r) {
                n_rows_ = r.n_rows;
                size_ = static_cast<std::size_t>(r.size);
            },
            rows_);
        double most = 0;
        std::vector<double> row(size_);
        for (std::ptrdiff_t i = 0; i < n_rows_; ++i) {
            read(i, row.data());
            double here = 0;
            for (const double x : row) here = std::max(here, std::abs(x));
            require(
                apart_ != Apart::cosine || here > 0,
                "X must have no row of zeros for metric 'cosine', got one at " + std::to_string(i));
            most = std::max(most, here);
        }
        if (most > 0 && (most > 0x1p400 || most < 0x1p-400)) scale_ = std::exp2(-std::ilogb(most));
    }

    std::ptrdiff_t n_rows() const { return n_rows_; }
    std::size_t size() const { return size_; }
    Apart apart() const { return apart_; }
    bool squares() const { return apart_ != Apart::l1; }

    /// Row i as its distances are taken from it.
    void copy_row(std::ptrdiff_t i, double* out) const {
        read(i, out);
        if (apart_ == Apart::cosine) {
            double most = 0, total = 0;
            for (std::size_t k = 0; k < size_; ++k) most = std::max(most, std::abs(out[k]));
            for (std::size_t k = 0; k < size_; ++k) out[k] /= most;
            for (std::size_t k = 0; k < size_; ++k) total += out[k] * out[k];
            const double length = std::sqrt(total);
            for (std::size_t k = 0; k < size_; ++k) out[k] /= length;
        } else if (scale_ != 1) {
            for (std::size_t k = 0; k < size_; ++k) out[k] *= scale_;
        }
    }

    /// What stands for the distance of two rows that copy_row() gave.
    double rank(const double* a, const double* b) const {
        const NeighborKernels& k = neighbor_kernels();
        if (apart_ == Apart::l1) return k.l1(a, b, size_);
        const double squared = k.squared_l2(a, b, size_);
        return apart_ == Apart::cosine ? squared / 2 : squared;
    }

    double rank_of(double distance) const {
        if (apart_ == Apart::cosine) return distance;
        const double scaled = distance * scale_;
        return apart_ == Apart::euclidean ? scaled * scaled : scaled;
    }
    double distance_of(double rank) const {
        if (apart_ == Apart::cosine) return rank;
        return (apart_ == Apart::euclidean ? std::sqrt(rank) : rank) / scale_;
    }
    double scale() const { return apart_ == Apart::cosine ? 1 : scale_; }

  private:
    void read(std::ptrdiff_t i, double* out) const {
        std::visit([&](const auto& r) { std::copy_n(r.row(i), size_, out); }, rows_);
    }

    AnyRows rows_;
    Apart apart_;
    std::ptrdiff_t n_rows_ = 0;
    std::size_t size_ = 0;
    double scale_ = 1;
};

}  // namespace imgmine

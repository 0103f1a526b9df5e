#include "features/hog.hpp"

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "features/oriented_votes.hpp"

namespace imgmine {
namespace {

using Interpolation = HogOptions::Interpolation;

/// What a cell at one place of a block gives to one cell of that block: both along one axis.
struct Share {
    int place, cell;
};

std::vector<Share> shares_of(int block) {
    std::vector<Share> shares;
    for (int place = 0; place < block; ++place)
        for (int cell = std::max(place - 1, 0); cell < std::min(place + 2, block); ++cell)
            shares.push_back({place, cell});
    return shares;
}

/// How much a pixel counts for the cell it is shared with: linear between the cells' centers.
double weight_of(const Share& share, int at, int cell) {
    const double center = (at + 0.5) / cell - 0.5 + share.place;
    return std::max(0.0, 1 - std::abs(center - share.cell));
}

/// The Gaussian over a block, by the offset from its middle along one axis.
double window(const Share& share, int at, const HogOptions& options) {
    const double side = options.block * options.cell;
    const double offset = share.place * options.cell + at - side / 2, sigma = side / 4;
    return exp_same_bits(-offset * offset / (2 * sigma * sigma));
}

class Plan {
  public:
    explicit Plan(const HogOptions& chosen)
        : options(chosen),
          is_weighted(chosen.interpolation == Interpolation::full),
          shares(shares_of(chosen.block)),
          n_weights(is_weighted ? (shares.size() * shares.size() + 15) / 16 * 16 : 0),
          n_rows(static_cast<std::size_t>(chosen.orientations) + 2),
          weights(make_weights()) {}

    Voting voting() const {
        return {options.orientations, options.is_signed,
                options.interpolation != Interpolation::none};
    }

    BlockNorm norm() const {
        const auto kind = static_cast<BlockNorm::Kind>(options.normalize);
        if (options.interpolation == Interpolation::none) {
            const bool squares = kind == BlockNorm::l2 || kind == BlockNorm::l2_hys;
            return {kind, 1e-10f, squares ? 0 : 1e-5f, 0};
        }
        return {kind, 0, 0.1f * static_cast<float>(options.block_size()), 1e-3f};
    }

    const HogOptions options;
    const bool is_weighted;
    const std::vector<Share> shares;
    const std::size_t n_weights, n_rows;
    const std::vector<float> weights;  // of each pixel of a cell: n_weights

  private:
    std::vector<float> make_weights() const {
        const int cell = options.cell;
        std::vector<float> all(static_cast<std::size_t>(cell * cell) * n_weights);
        if (!is_weighted) return all;
        std::vector<double> along;  // of each pixel of a row, of each share
        for (int at = 0; at < cell; ++at)
            for (const Share& share : shares)
                along.push_back(weight_of(share, at, cell) * window(share, at, options));
        const std::size_t n = shares.size(), side = static_cast<std::size_t>(cell);
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < side; ++x)
                for (std::size_t i = 0; i < n; ++i)
                    for (std::size_t j = 0; j < n; ++j)
                        all[(y * side + x) * n_weights + i * n + j] =
                            static_cast<float>(along[y * n + i] * along[x * n + j]);
        return all;
    }
};

/// Makes rows of blocks; one for each thread.
template <class T>
class BlockRows {
  public:
    BlockRows(ImageView<const T> image, const Plan& plan, std::ptrdiff_t first, std::ptrdiff_t last,
              float* out)
        : plan_(plan),
          cell_(plan.options.cell),
          block_(plan.options.block),
          first_(first),
          last_(last),
          n_across_(plan.options.blocks(image.width)),
          cells_across_(n_across_ + block_ - 1),
          out_(out),
          chunk_(std::max<std::ptrdiff_t>(256 / cell_, 1)),
          gradients_(image, plan.options.of_roots, chunk_ * cell_),
          row_(static_cast<std::size_t>(chunk_ * cell_ * cell_)),
          first_votes_(row_.size()),
          second_votes_(row_.size()),
          tables_(4 * plan.n_rows * std::max<std::size_t>(plan.n_weights, 1)) {}

    void run() {
        std::fill(block_at(first_, 0), block_at(last_, 0), 0.0f);
        for (std::ptrdiff_t y = first_; y < last_ + block_ - 1; ++y) {
            for (std::ptrdiff_t x = 0; x < cells_across_; x += chunk_)
                cells(y, x, std::min(x + chunk_, cells_across_));
            if (y - block_ + 1 >= first_) finish(y - block_ + 1);
        }
    }

  private:
    float* block_at(std::ptrdiff_t y, std::ptrdiff_t x) {
        return out_ + (y * n_across_ + x) * plan_.options.block_size();
    }

    /// Cells [first, last) of row y.
    void cells(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        const auto stride = static_cast<std::size_t>(chunk_ * cell_);
        const auto n = static_cast<std::size_t>((last - first) * cell_);
        for (std::size_t i = 0; i < static_cast<std::size_t>(cell_); ++i) {
            gradients_.of(y * cell_ + static_cast<std::ptrdiff_t>(i), first * cell_, last * cell_);
            const std::size_t at = i * stride;
            hog_kernels().votes(gradients_.x(), gradients_.y(), plan_.voting(), &row_[at],
                                &first_votes_[at], &second_votes_[at], n);
        }
        for (std::ptrdiff_t x = first; x < last; ++x) {
            const auto at = static_cast<std::size_t>((x - first) * cell_);
            hog_kernels().vote(&row_[at], &first_votes_[at], &second_votes_[at], stride,
                               static_cast<std::size_t>(cell_), plan_.weights.data(),
                               plan_.n_weights, plan_.n_rows, tables_.data());
            fold();
            if (plan_.is_weighted)
                share(y, x);
            else
                copy(y, x);
        }
    }

    /// The table's first row is the last orientation, its last row the first one.
    void fold() {
        const std::size_t width = std::max<std::size_t>(plan_.n_weights, 1);
        float* const table = tables_.data();
        for (std::size_t i = 0; i < width; ++i) {
            table[(plan_.n_rows - 2) * width + i] += table[i];
            table[width + i] += table[(plan_.n_rows - 1) * width + i];
        }
    }

    bool is_block(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return y >= first_ && y < last_ && x >= 0 && x < n_across_;
    }

    /// Adds what cell (y, x) gives to the cells of the blocks it lies in.
    void share(std::ptrdiff_t y, std::ptrdiff_t x) {
        const auto n = static_cast<std::size_t>(plan_.options.orientations);
        std::size_t weight = 0;
        for (const Share& down : plan_.shares)
            for (const Share& across : plan_.shares) {
                const float* from = tables_.data() + plan_.n_weights + weight++;
                if (!is_block(y - down.place, x - across.place)) continue;
                float* const to = block_at(y - down.place, x - across.place) +
                                  static_cast<std::size_t>(down.cell * block_ + across.cell) * n;
                for (std::size_t o = 0; o < n; ++o) to[o] += from[o * plan_.n_weights];
            }
    }

    /// The same where the cell gives to itself only.
    void copy(std::ptrdiff_t y, std::ptrdiff_t x) {
        const auto n = static_cast<std::size_t>(plan_.options.orientations);
        const bool is_mean = plan_.options.interpolation == Interpolation::none;
        const float area = is_mean ? static_cast<float>(cell_ * cell_) : 1.0f;
        for (std::ptrdiff_t i = 0; i < block_; ++i)
            for (std::ptrdiff_t j = 0; j < block_; ++j) {
                if (!is_block(y - i, x - j)) continue;
                float* const to =
                    block_at(y - i, x - j) + static_cast<std::size_t>(i * block_ + j) * n;
                for (std::size_t o = 0; o < n; ++o) to[o] = tables_[o + 1] / area;
            }
    }

    void finish(std::ptrdiff_t y) {
        const BlockNorm norm = plan_.norm();
        for (std::ptrdiff_t x = 0; x < n_across_; ++x)
            hog_kernels().normalize(norm, block_at(y, x),
                                    static_cast<std::size_t>(plan_.options.block_size()));
    }

    const Plan& plan_;
    const std::ptrdiff_t cell_, block_, first_, last_, n_across_, cells_across_;
    float* const out_;
    const std::ptrdiff_t chunk_;
    CenteredGradients<T> gradients_;
    std::vector<std::int32_t> row_;
    std::vector<float> first_votes_, second_votes_, tables_;
};

std::string between(const char* name, int most, int value) {
    return std::string(name) + " must be between 1 and " + std::to_string(most) + ", got " +
           std::to_string(value);
}

}  // namespace

void HogOptions::check() const {
    require(orientations >= 1 && orientations <= 360, between("orientations", 360, orientations));
    require(cell >= 1 && cell <= 256, between("cell", 256, cell));
    require(block >= 1 && block <= 4, between("block", 4, block));
}

std::ptrdiff_t HogOptions::blocks(std::ptrdiff_t extent) const {
    return std::max<std::ptrdiff_t>(extent / cell - block + 1, 0);
}

HogOptions::Interpolation hog_interpolation_from_name(std::string_view name) {
    if (name == "full") return Interpolation::full;
    if (name == "orientation") return Interpolation::orientation;
    if (name == "none") return Interpolation::none;
    throw std::invalid_argument("interpolation must be 'full', 'orientation' or 'none', got '" +
                                std::string(name) + "'");
}

HogOptions::Normalize hog_normalize_from_name(std::string_view name) {
    if (name == "none") return HogOptions::Normalize::none;
    if (name == "l1") return HogOptions::Normalize::l1;
    if (name == "l1-sqrt") return HogOptions::Normalize::l1_sqrt;
    if (name == "l2") return HogOptions::Normalize::l2;
    if (name == "l2-hys") return HogOptions::Normalize::l2_hys;
    throw std::invalid_argument("normalize must be 'l2-hys', 'l2', 'l1', 'l1-sqrt' or None, got '" +
                                std::string(name) + "'");
}

template <class T>
void hog(ImageView<const T> image, const HogOptions& options, float* out) {
    options.check();
    const std::ptrdiff_t down = options.blocks(image.height), across = options.blocks(image.width);
    if (down == 0 || across == 0) return;
    const Plan plan(options);
    const std::ptrdiff_t grain = row_grain(image.row_size() * options.cell, 2);
    parallel_for(down, std::max<std::ptrdiff_t>(grain, 2 * options.block),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     BlockRows<T>(image, plan, first, last, out).run();
                 });
}

template void hog(ImageView<const std::uint8_t>, const HogOptions&, float*);
template void hog(ImageView<const float>, const HogOptions&, float*);

}  // namespace imgmine

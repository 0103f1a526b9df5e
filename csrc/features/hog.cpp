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

/// Floats that begin where a cache line does: rows of 16 then lie in one.
class AlignedFloats {
  public:
    explicit AlignedFloats(std::size_t n) : room_(n + 16) {
        const auto at = reinterpret_cast<std::uintptr_t>(room_.data());
        first_ = (64 - at % 64) % 64 / sizeof(float);
    }
    AlignedFloats(const AlignedFloats&) = delete;
    AlignedFloats& operator=(const AlignedFloats&) = delete;

    float* data() { return room_.data() + first_; }
    const float* data() const { return room_.data() + first_; }
    float operator[](std::size_t i) const { return data()[i]; }

  private:
    std::vector<float> room_;
    std::size_t first_;
};

/// One weight of a pixel.
struct Lane {
    Share down, across;
};

class Plan {
  public:
    explicit Plan(const HogOptions& chosen)
        : options(chosen),
          is_weighted(chosen.interpolation == Interpolation::full),
          lanes(make_lanes()),
          n_weights(is_weighted ? (lanes.size() + 15) / 16 * 16 : 0),
          n_rows(static_cast<std::size_t>(chosen.orientations) + 2),
          weights(static_cast<std::size_t>(chosen.cell * chosen.cell) * n_weights) {
        fill_weights();
    }

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
    const std::vector<Lane> lanes;
    const std::size_t n_weights, n_rows;
    AlignedFloats weights;  // of each pixel of a cell: n_weights

  private:
    /// Places row by row, of each the cells it gives to, row by row.
    std::vector<Lane> make_lanes() const {
        const auto shares = shares_of(options.block);
        std::vector<Lane> all;
        for (int y = 0; y < options.block; ++y)
            for (int x = 0; x < options.block; ++x)
                for (const Share& down : shares)
                    for (const Share& across : shares)
                        if (down.place == y && across.place == x) all.push_back({down, across});
        return all;
    }

    void fill_weights() {
        const int cell = options.cell;
        if (!is_weighted) return;
        // Along one axis: of each place and cell, each pixel.
        const auto side = static_cast<std::size_t>(cell),
                   block = static_cast<std::size_t>(options.block);
        std::vector<double> along(block * block * side);
        const auto index = [&](const Share& share) {
            return (static_cast<std::size_t>(share.place) * block +
                    static_cast<std::size_t>(share.cell)) *
                   side;
        };
        for (const Share& share : shares_of(options.block))
            for (int at = 0; at < cell; ++at)
                along[index(share) + static_cast<std::size_t>(at)] =
                    weight_of(share, at, cell) * window(share, at, options);
        for (std::size_t i = 0; i < lanes.size(); ++i)
            for (std::size_t y = 0; y < side; ++y)
                for (std::size_t x = 0; x < side; ++x)
                    weights.data()[(y * side + x) * n_weights + i] = static_cast<float>(
                        along[index(lanes[i].down) + y] * along[index(lanes[i].across) + x]);
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
          turned_(static_cast<std::size_t>(plan.options.block_size())),
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

    /// Adds what cell (y, x) gives to the blocks it lies in, each as orientations of cells: all
    /// cells of one orientation, then the next.
    void share(std::ptrdiff_t y, std::ptrdiff_t x) {
        const auto n = static_cast<std::size_t>(plan_.options.orientations);
        const auto cells = static_cast<std::size_t>(block_ * block_);
        for (std::size_t i = 0, end; i < plan_.lanes.size(); i = end) {
            const Lane& lane = plan_.lanes[i];
            const std::ptrdiff_t up = lane.down.place, left = lane.across.place;
            for (end = i; end < plan_.lanes.size() && plan_.lanes[end].down.place == up &&
                          plan_.lanes[end].across.place == left;)
                ++end;
            if (!is_block(y - up, x - left)) continue;
            float* const to = block_at(y - up, x - left);
            const float* const from = tables_.data() + plan_.n_weights + i;
            if (block_ == 2)
                add_fours(to, from, n, plan_.n_weights);
            else
                for (std::size_t o = 0; o < n; ++o)
                    for (std::size_t k = i; k < end; ++k)
                        to[o * cells + cell_of(plan_.lanes[k])] +=
                            from[o * plan_.n_weights + k - i];
        }
    }

    std::size_t cell_of(const Lane& lane) const {
        return static_cast<std::size_t>(lane.down.cell * block_ + lane.across.cell);
    }

    static void add_fours(float* __restrict to, const float* __restrict from, std::size_t n,
                          std::size_t step) {
        for (std::size_t o = 0; o < n; ++o, to += 4, from += step)
            for (std::size_t k = 0; k < 4; ++k) to[k] += from[k];
    }

    /// Brings the cells of a block one after the other.
    void transpose(float* block) {
        const auto n = static_cast<std::size_t>(plan_.options.orientations);
        const auto cells = static_cast<std::size_t>(block_ * block_);
        std::copy_n(block, n * cells, turned_.data());
        for (std::size_t o = 0; o < n; ++o)
            for (std::size_t c = 0; c < cells; ++c) block[c * n + o] = turned_[o * cells + c];
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
        for (std::ptrdiff_t x = 0; x < n_across_; ++x) {
            if (plan_.is_weighted) transpose(block_at(y, x));
            hog_kernels().normalize(norm, block_at(y, x),
                                    static_cast<std::size_t>(plan_.options.block_size()));
        }
    }

    const Plan& plan_;
    const std::ptrdiff_t cell_, block_, first_, last_, n_across_, cells_across_;
    float* const out_;
    const std::ptrdiff_t chunk_;
    CenteredGradients<T> gradients_;
    std::vector<std::int32_t> row_;
    std::vector<float> first_votes_, second_votes_, turned_;
    AlignedFloats tables_;
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

std::vector<float> hog_weights(int cell, int block) {
    HogOptions options;
    options.cell = cell;
    options.block = block;
    options.check();
    const Plan plan(options);
    const float* const first = plan.weights.data();
    return {first, first + plan.n_weights * static_cast<std::size_t>(cell * cell)};
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

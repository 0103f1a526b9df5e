#include "filters/remove_specks.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/error.hpp"

namespace imgmine {
namespace {

/// Pixels [first, last) of a row; `node` is that of its component.
struct Run {
    std::ptrdiff_t first, last;
    std::size_t node;
};

/// The first pixel from x on that is not zero (or, `zero` being set, that is), or `width`.
template <bool zero>
std::ptrdiff_t find(const std::uint8_t* row, std::ptrdiff_t x, std::ptrdiff_t width) {
    // Eight pixels at a time: those without a zero byte (or of zeros only) are stepped over.
    constexpr std::uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    while (x + 8 <= width) {
        std::uint64_t v;
        std::memcpy(&v, row + x, sizeof v);
        if (zero ? ((v - ones) & ~v & tops) != 0 : v != 0) break;
        x += 8;
    }
    while (x < width && (row[x] == 0) != zero) ++x;
    return x;
}

/// Components as far as they have been seen. Those that reach the newest row are known by the runs
/// of it; of one that does not, nothing more will come.
class Sieve {
  public:
    Sieve(ImageView<std::uint8_t> image, std::int64_t max_size, int connectivity)
        : image_(image), max_size_(max_size), diagonal_(connectivity == 8 ? 1 : 0) {}

    void row(const std::uint8_t* pixels, std::ptrdiff_t y) {
        const std::size_t n_before = nodes_.size();
        newer_.clear();
        for (std::ptrdiff_t x = find<false>(pixels, 0, image_.width); x < image_.width;) {
            const std::ptrdiff_t end = find<true>(pixels, x, image_.width);
            newer_.push_back({x, end, nodes_.size()});
            nodes_.push_back({nodes_.size(), end - x, y, x, false});
            x = find<false>(pixels, end, image_.width);
        }
        join();
        for (const Run& run : newer_) nodes_[root(run.node)].goes_on = true;
        for (std::size_t i = 0; i < n_before; ++i)
            if (nodes_[i].parent == i && !nodes_[i].goes_on) finish(nodes_[i]);
        renumber();
    }

    void end() {
        for (const Component& node : nodes_) finish(node);
    }

  private:
    struct Component {
        std::size_t parent;
        std::int64_t size;
        std::ptrdiff_t y, x;  ///< one of its pixels
        bool goes_on;
    };

    std::size_t root(std::size_t node) {
        while (nodes_[node].parent != node)
            node = nodes_[node].parent = nodes_[nodes_[node].parent].parent;
        return node;
    }

    /// Joins the components of runs that touch.
    void join() {
        std::size_t i = 0;
        for (const Run& run : newer_) {
            while (i < older_.size() && older_[i].last + diagonal_ <= run.first) ++i;
            for (std::size_t k = i; k < older_.size(); ++k) {
                if (older_[k].first >= run.last + diagonal_) break;
                const std::size_t a = root(older_[k].node), b = root(run.node);
                if (a == b) continue;
                nodes_[std::max(a, b)].parent = std::min(a, b);
                nodes_[std::min(a, b)].size += nodes_[std::max(a, b)].size;
            }
        }
    }

    /// Keeps the components of the newest row only, so that there are never more than it has runs.
    void renumber() {
        kept_.clear();
        numbers_.assign(nodes_.size(), nodes_.size());
        for (Run& run : newer_) {
            const std::size_t from = root(run.node);
            if (numbers_[from] == nodes_.size()) {
                numbers_[from] = kept_.size();
                kept_.push_back(nodes_[from]);
                kept_.back().parent = numbers_[from];
                kept_.back().goes_on = false;
            }
            run.node = numbers_[from];
        }
        nodes_.swap(kept_);
        older_.swap(newer_);
    }

    void finish(const Component& component) {
        if (component.size > max_size_) return;
        erase(component.y, component.x);
        while (!to_do_.empty()) {
            const Span span = to_do_.back();
            to_do_.pop_back();
            for (const std::ptrdiff_t y : {span.y - 1, span.y + 1}) {
                if (y < 0 || y >= image_.height) continue;
                const std::ptrdiff_t end = std::min(span.last + diagonal_, image_.width);
                std::ptrdiff_t x = std::max<std::ptrdiff_t>(span.first - diagonal_, 0);
                while ((x = find<false>(image_.row(y), x, end)) < end) x = erase(y, x);
            }
        }
    }

    struct Span {
        std::ptrdiff_t y, first, last;
    };

    /// Erases the run around a pixel, to look around it later; returns where it ends.
    std::ptrdiff_t erase(std::ptrdiff_t y, std::ptrdiff_t x) {
        std::uint8_t* const row = image_.row(y);
        std::ptrdiff_t first = x;
        while (first > 0 && row[first - 1]) --first;
        const std::ptrdiff_t last = find<true>(row, x, image_.width);
        std::fill(row + first, row + last, std::uint8_t{0});
        to_do_.push_back({y, first, last});
        return last;
    }

    ImageView<std::uint8_t> image_;
    std::int64_t max_size_;
    std::ptrdiff_t diagonal_;
    std::vector<Run> older_, newer_;
    std::vector<Component> nodes_, kept_;
    std::vector<std::size_t> numbers_;
    std::vector<Span> to_do_;
};

}  // namespace

void remove_specks(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
                   std::int64_t max_size, int connectivity) {
    require(max_size >= 0, "max_size must be 0 or more, got " + std::to_string(max_size));
    require(connectivity == 4 || connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(connectivity));
    if (src.empty()) return;
    Sieve sieve(dst, max_size, connectivity);
    for (std::ptrdiff_t y = 0; y < src.height; ++y) {
        std::copy_n(src.row(y), src.width, dst.row(y));
        sieve.row(src.row(y), y);
    }
    sieve.end();
}

}  // namespace imgmine

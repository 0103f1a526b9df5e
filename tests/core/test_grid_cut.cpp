// The cut of a grid beside that of the plainest algorithm there is.
#include <queue>

#include "base/random.hpp"
#include "check.hpp"
#include "segment/grid_cut.hpp"

using namespace imgmine;

namespace {

/// Augments along shortest paths in a dense matrix (Edmonds and Karp); source n, sink n + 1.
struct Plain {
    std::size_t n;
    std::vector<std::int64_t> residual = std::vector<std::int64_t>((n + 2) * (n + 2));
    std::vector<std::size_t> parent{};

    std::int64_t& at(std::size_t a, std::size_t b) { return residual[a * (n + 2) + b]; }

    /// Whether the sink can be reached; `parent` is below n + 2 for what can.
    bool reach() {
        parent.assign(n + 2, n + 2);
        parent[n] = n;
        std::queue<std::size_t> waiting({n});
        while (!waiting.empty()) {
            const std::size_t a = waiting.front();
            waiting.pop();
            for (std::size_t b = 0; b < n + 2; ++b)
                if (parent[b] == n + 2 && at(a, b) > 0) parent[b] = a, waiting.push(b);
        }
        return parent[n + 1] != n + 2;
    }

    std::int64_t solve() {
        std::int64_t flow = 0;
        while (reach()) {
            std::int64_t least = INT64_MAX;
            for (std::size_t b = n + 1; b != n; b = parent[b])
                least = std::min(least, at(parent[b], b));
            for (std::size_t b = n + 1; b != n; b = parent[b])
                at(parent[b], b) -= least, at(b, parent[b]) += least;
            flow += least;
        }
        return flow;
    }
};

struct Grid {
    std::ptrdiff_t height, width;
    std::vector<std::int32_t> links, terminals;  // links: 4 a pixel

    Grid(std::ptrdiff_t h, std::ptrdiff_t w) : height(h), width(w) {
        links.resize(size() * 4);
        terminals.resize(size());
    }
    std::size_t size() const { return static_cast<std::size_t>(height * width); }

    /// Calls visit(y, x, y2, x2, i, direction) for pairs of neighbors.
    template <class Visit>
    void each_pair(const Visit& visit) const {
        constexpr std::ptrdiff_t dy[] = {0, 1, 1, 1}, dx[] = {1, -1, 0, 1};
        for (std::ptrdiff_t y = 0; y < height; ++y)
            for (std::ptrdiff_t x = 0; x < width; ++x)
                for (std::size_t d = 0; d < 4; ++d)
                    if (y + dy[d] < height && x + dx[d] >= 0 && x + dx[d] < width)
                        visit(y, x, y + dy[d], x + dx[d],
                              static_cast<std::size_t>(y * width + x) * 4 + d, d + 4);
    }

    Plain plain() const {
        Plain out{size()};
        each_pair([&](auto y, auto x, auto y2, auto x2, std::size_t i, std::size_t) {
            const auto a = static_cast<std::size_t>(y * width + x);
            const auto b = static_cast<std::size_t>(y2 * width + x2);
            out.at(a, b) = out.at(b, a) = links[i];
        });
        for (std::size_t p = 0; p < size(); ++p) {
            out.at(size(), p) = std::max(terminals[p], 0);
            out.at(p, size() + 1) = std::max(-terminals[p], 0);
        }
        return out;
    }
};

void compare(GridCut& cut, const PaddedGrid& padded, const Grid& grid) {
    Plain plain = grid.plain();
    plain.solve();
    for (std::ptrdiff_t y = 0; y < grid.height; ++y)
        for (std::ptrdiff_t x = 0; x < grid.width; ++x) {
            const auto p = static_cast<std::size_t>(y * grid.width + x);
            CHECK(cut.is_source(padded.at(y, x)) == (plain.parent[p] < grid.size() + 2));
        }
}

/// A random grid is cut; then its terminals change, some of them, and it is cut again.
void cut_twice(std::uint64_t seed) {
    Random random(seed);
    Grid grid(1 + random.below(7), 1 + random.below(7));
    const std::uint32_t strength = 1 + random.below(30);
    for (std::int32_t& link : grid.links) link = static_cast<std::int32_t>(random.below(strength));
    const PaddedGrid padded{grid.height, grid.width};
    GridCut cut(padded);
    grid.each_pair([&](auto y, auto x, auto, auto, std::size_t i, std::size_t direction) {
        cut.link(padded.at(y, x), direction, grid.links[i]);
    });
    for (int round = 0; round < 3; ++round) {
        for (std::ptrdiff_t y = 0; y < grid.height; ++y)
            for (std::ptrdiff_t x = 0; x < grid.width; ++x) {
                if (random.below(3) == 0) continue;
                const auto value = static_cast<std::int32_t>(random.below(61)) - 30;
                std::int32_t& now = grid.terminals[static_cast<std::size_t>(y * grid.width + x)];
                cut.add_terminal(padded.at(y, x), value - now);
                now = value;
            }
        cut.solve();
        if (round == 0) CHECK(cut.flow() == grid.plain().solve());
        compare(cut, padded, grid);
    }
}

}  // namespace

int main() {
    for (std::uint64_t seed = 0; seed < 400; ++seed) cut_twice(seed);
    return 0;
}

#include "segment/find_contours.hpp"

#include <cmath>
#include <cstring>
#include <string>
#include <unordered_map>

#include "base/error.hpp"

namespace imgmine {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

struct HashOfPoint {
    std::size_t operator()(const ContourPoint& p) const {
        std::uint64_t row, column;
        std::memcpy(&row, &p.row, sizeof row);
        std::memcpy(&column, &p.column, sizeof column);
        row = (row ^ (column * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
        return static_cast<std::size_t>(row ^ (row >> 31));
    }
};

/// Lines made of pieces, each joined with those that end where it begins and begin where it ends.
/// Where two lines become one, it takes the place of the earlier.
class Lines {
  public:
    void add(ContourPoint from, ContourPoint to) {
        if (from == to) return;  // a corner on the level: the squares around it see it, too
        const std::size_t next = take(starts_, to), before = take(ends_, from);
        if (next == none && before == none) {
            const std::size_t first = node(from);
            nodes_[first].next = node(to);
            lines_.push_back({first, nodes_[first].next});
            put(lines_.size() - 1);
        } else if (before == none) {
            const std::size_t first = node(from);
            nodes_[first].next = lines_[next].first;
            lines_[next].first = first;
            starts_[from] = next;
        } else if (next == none || next == before) {
            const std::size_t last = node(to);
            nodes_[lines_[before].last].next = last;
            lines_[before].last = last;
            if (next == none) ends_[to] = before;
        } else {
            join(before, next);
        }
    }

    std::vector<Contour> contours() const {
        std::vector<Contour> result;
        for (const Line& line : lines_) {
            if (line.first == none) continue;
            Contour& contour = result.emplace_back();
            for (std::size_t i = line.first; i != none; i = nodes_[i].next)
                contour.push_back(nodes_[i].point);
        }
        return result;
    }

  private:
    struct Node {
        ContourPoint point;
        std::size_t next;
    };
    struct Line {
        std::size_t first, last;
    };
    using Places = std::unordered_map<ContourPoint, std::size_t, HashOfPoint>;

    static std::size_t take(Places& places, const ContourPoint& at) {
        const auto found = places.find(at);
        if (found == places.end()) return none;
        const std::size_t line = found->second;
        places.erase(found);
        return line;
    }

    std::size_t node(const ContourPoint& point) {
        nodes_.push_back({point, none});
        return nodes_.size() - 1;
    }

    void put(std::size_t line) {
        starts_[nodes_[lines_[line].first].point] = line;
        ends_[nodes_[lines_[line].last].point] = line;
    }

    /// Joins the line that ends where a piece begins with the one that begins where it ends.
    void join(std::size_t before, std::size_t next) {
        const Line head = lines_[before], tail = lines_[next];
        nodes_[head.last].next = tail.first;
        const std::size_t kept = before < next ? before : next;
        lines_[before < next ? next : before] = {none, none};
        if (kept == next) starts_.erase(nodes_[head.first].point);
        lines_[kept] = {head.first, tail.last};
        put(kept);
    }

    std::vector<Node> nodes_;
    std::vector<Line> lines_;
    Places starts_, ends_;
};

/// Sides of a square, and the pieces of lines through it: from, to, from, to. By which corners are
/// above the level: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
enum Side : std::uint8_t { top, bottom, left, right, no_side };
constexpr Side pieces[16][4] = {
    {no_side, no_side, no_side, no_side}, {top, left, no_side, no_side},
    {right, top, no_side, no_side},       {right, left, no_side, no_side},
    {left, bottom, no_side, no_side},     {top, bottom, no_side, no_side},
    {right, top, left, bottom},           {right, bottom, no_side, no_side},
    {bottom, right, no_side, no_side},    {top, left, bottom, right},
    {bottom, top, no_side, no_side},      {bottom, left, no_side, no_side},
    {left, right, no_side, no_side},      {top, right, no_side, no_side},
    {left, top, no_side, no_side},        {no_side, no_side, no_side, no_side},
};

/// How far from one value to another the level is.
double fraction(double from, double to, double level) {
    return from == to ? 0 : (level - from) / (to - from);
}

struct Square {
    double ul, ur, ll, lr, row, column;

    ContourPoint at(Side side, double level) const {
        switch (side) {
            case top:
                return {row, column + fraction(ul, ur, level)};
            case bottom:
                return {row + 1, column + fraction(ll, lr, level)};
            case left:
                return {row + fraction(ul, ll, level), column};
            default:
                return {row + fraction(ur, lr, level), column + 1};
        }
    }
};

}  // namespace

template <class T>
std::vector<Contour> find_contours(ImageView<const T> image, double level) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    require(std::isfinite(level), "level must be finite, got " + std::to_string(level));
    Lines lines;
    for (std::ptrdiff_t y = 0; y + 1 < image.height; ++y) {
        const T *const up = image.row(y), *const down = image.row(y + 1);
        for (std::ptrdiff_t x = 0; x + 1 < image.width; ++x) {
            const auto ul = static_cast<double>(up[x]), ur = static_cast<double>(up[x + 1]);
            const auto ll = static_cast<double>(down[x]), lr = static_cast<double>(down[x + 1]);
            const int above = (ul > level) + 2 * (ur > level) + 4 * (ll > level) + 8 * (lr > level);
            if (above == 0 || above == 15) continue;
            if (std::isnan(ul) || std::isnan(ur) || std::isnan(ll) || std::isnan(lr)) continue;
            const Square square{ul, ur, ll, lr, static_cast<double>(y), static_cast<double>(x)};
            const Side* const piece = pieces[above];
            lines.add(square.at(piece[0], level), square.at(piece[1], level));
            if (piece[2] != no_side)
                lines.add(square.at(piece[2], level), square.at(piece[3], level));
        }
    }
    return lines.contours();
}

template std::vector<Contour> find_contours(ImageView<const std::uint8_t>, double);
template std::vector<Contour> find_contours(ImageView<const float>, double);
template std::vector<Contour> find_contours(ImageView<const double>, double);

}  // namespace imgmine

#include "segment/merge_regions.hpp"

#include <cmath>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "cluster/disjoint_sets.hpp"
#include "segment/numbered_regions.hpp"
#include "segment/region_contacts.hpp"
#include "segment/region_descriptions.hpp"
#include "segment/smooth_lab.hpp"

namespace imgmine {
namespace {

double power5(double x) {
    return x * x * (x * x) * x;
}

/// The graph of regions, which shrinks.
class RegionGraph {
  public:
    RegionGraph(std::vector<RegionDescription> regions, const std::vector<RegionContact>& contacts,
                const RegionMerging& weights)
        : weights_(weights),
          regions_(std::move(regions)),
          edges_of_(regions_.size()),
          meets_(regions_.size(), none),
          joined_(regions_.size()) {
        for (const auto& region : regions_) n_pixels_ += region.size;
        for (const RegionContact& contact : contacts) add_edge(contact);
        for (std::uint32_t e = 0; e < edges_.size(); ++e) offer(e);
    }

    /// Joins two regions, unless what it costs, by its fifth power, is above `most`, or none meet.
    bool join_best(double most) {
        while (!offers_.empty()) {
            const Offer offer = offers_.top();
            if (offer.turn == edges_[offer.edge].turn) {
                if (!(offer.cost <= most)) return false;
                offers_.pop();
                join(offer.edge);
                return true;
            }
            offers_.pop();
        }
        return false;
    }

    /// Which region a given one has become part of.
    std::uint32_t region_of(std::uint32_t i) { return static_cast<std::uint32_t>(joined_.find(i)); }

  private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    struct Edge {
        std::uint32_t one, other;  // one < other
        std::uint32_t turn;        // how often its cost has changed; that of an old offer differs
        bool gone;
        double length, contrast, colors, textures;  // the latter three: sums along the border
    };
    struct Offer {
        double cost;
        std::uint32_t one, other, edge, turn;

        bool operator<(const Offer& b) const {  // the last one is taken first
            if (cost != b.cost) return cost > b.cost;
            return one != b.one ? one > b.one : other > b.other;
        }
    };

    void add_edge(const RegionContact& contact) {
        const auto one = static_cast<std::uint32_t>(contact.one);
        const auto other = static_cast<std::uint32_t>(contact.other);
        RegionDescription &a = regions_[one], &b = regions_[other];
        const auto length = static_cast<double>(contact.length);
        const double steps = static_cast<double>(ContrastKernels::steps);
        edges_of_[one].push_back(static_cast<std::uint32_t>(edges_.size()));
        edges_of_[other].push_back(static_cast<std::uint32_t>(edges_.size()));
        edges_.push_back({one, other, 0, false, length,
                          static_cast<double>(contact.contrast) / steps,
                          length * color_distance(a, b), length * texture_distance(a, b)});
        a.perimeter += length;
        b.perimeter += length;
    }

    /// What joining costs, by its fifth power.
    double cost(const Edge& edge) const {
        const RegionDescription &a = regions_[edge.one], &b = regions_[edge.other];
        double squared = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            const double apart = a.color_sums[c] / a.size - b.color_sums[c] / b.size;
            squared += (c == 0 ? 1 : 2) * apart * apart;
        }
        const double histograms = color_distance(a, b) + texture_distance(a, b) +
                                  (edge.colors + edge.textures) / edge.length;
        const double s = weights_.color * std::sqrt(squared) +
                         weights_.edge * edge.contrast / edge.length +
                         weights_.histograms * histograms;
        const double common = edge.length / std::min(a.perimeter, b.perimeter);
        return power5(s) * (a.size * b.size / (a.size + b.size) / n_pixels_) / common;
    }

    void offer(std::uint32_t e) {
        Edge& edge = edges_[e];
        offers_.push({cost(edge), edge.one, edge.other, e, ++edge.turn});
    }

    void join(std::uint32_t e) {
        const std::uint32_t one = edges_[e].one, other = edges_[e].other;
        edges_[e].gone = true;
        joined_.join_roots(one, other);
        regions_[one].add(regions_[other]);
        regions_[one].perimeter += regions_[other].perimeter - 2 * edges_[e].length;
        take_edges(one, other);
        for (const std::uint32_t f : edges_of_[one]) offer(f);
    }

    /// Gives `one` the edges of `other`, which it has become.
    void take_edges(std::uint32_t one, std::uint32_t other) {
        std::vector<std::uint32_t> kept;
        for (const std::uint32_t e : edges_of_[one]) {
            if (edges_[e].gone) continue;
            meets_[edges_[e].one == one ? edges_[e].other : edges_[e].one] = e;
            kept.push_back(e);
        }
        for (const std::uint32_t e : edges_of_[other]) {
            Edge& edge = edges_[e];
            if (edge.gone) continue;
            const std::uint32_t third = edge.one == other ? edge.other : edge.one;
            if (meets_[third] != none) {
                add_along(edges_[meets_[third]], edge);
                continue;
            }
            edge.one = std::min(one, third);
            edge.other = std::max(one, third);
            meets_[third] = e;
            kept.push_back(e);
        }
        for (const std::uint32_t e : kept)
            meets_[edges_[e].one == one ? edges_[e].other : edges_[e].one] = none;
        edges_of_[one] = std::move(kept);
        edges_of_[other] = {};
    }

    static void add_along(Edge& edge, Edge& other) {
        edge.length += other.length;
        edge.contrast += other.contrast;
        edge.colors += other.colors;
        edge.textures += other.textures;
        other.gone = true;
        ++other.turn;
    }

    RegionMerging weights_;
    std::vector<RegionDescription> regions_;
    std::vector<std::vector<std::uint32_t>> edges_of_;
    std::vector<std::uint32_t> meets_;  // by which edge a region meets the one that takes edges
    DisjointSets joined_;
    std::vector<Edge> edges_;
    std::priority_queue<Offer> offers_;
    double n_pixels_ = 0;
};

void require_legal(const RegionMerging& options) {
    if (options.n_regions)
        require(*options.n_regions > 0,
                "n_regions must be positive, got " + std::to_string(*options.n_regions));
    if (options.threshold)
        require(
            std::isfinite(*options.threshold) && *options.threshold >= 0,
            "threshold must be finite and not negative, got " + std::to_string(*options.threshold));
    for (const double weight : {options.color, options.edge, options.histograms})
        require(weight >= 0 && weight <= 1e6,
                "weights must be from 0 to 1000000, got " + std::to_string(weight));
}

RegionGraph graph_of(ImageView<const std::uint8_t> image, const NumberedRegions& regions,
                     const RegionMerging& options) {
    const SmoothLab lab(image);
    return {RegionDescriber(regions, lab).describe(),
            ContactFinder(regions.view(), lab.planes()).find(), options};
}

/// Writes numbers of what regions have become, in the order of first pixels.
std::int32_t write(const NumberedRegions& regions, RegionGraph& graph,
                   ImageView<std::int32_t> out) {
    std::vector<std::int32_t> names(regions.room());
    std::int32_t n = 0;
    for (std::ptrdiff_t y = 0; y < out.height; ++y)
        for (std::ptrdiff_t x = 0; x < out.width; ++x) {
            const std::int32_t number = regions.view().row(y)[x];
            out.row(y)[x] = 0;
            if (number == 0) continue;
            std::int32_t& name = names[graph.region_of(static_cast<std::uint32_t>(number))];
            if (name == 0) name = ++n;
            out.row(y)[x] = name;
        }
    return n;
}

}  // namespace

std::int32_t merge_regions(ImageView<const std::uint8_t> image,
                           ImageView<const std::int32_t> labels, const RegionMerging& options,
                           ImageView<std::int32_t> out) {
    require_legal(options);
    require_size_of(labels, image.height, image.width);
    const NumberedRegions regions(labels);
    if (labels.empty()) return 0;
    RegionGraph graph = graph_of(image, regions, options);
    constexpr double all = 1e300;
    const double most = options.threshold   ? power5(*options.threshold)
                        : options.n_regions ? all
                                            : 1;
    const std::int64_t n_regions = options.n_regions.value_or(1);
    for (std::int64_t n = regions.count(); n > n_regions && graph.join_best(most);) --n;
    return write(regions, graph, out);
}

}  // namespace imgmine

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "search/graph_walk.hpp"

namespace imgmine {

/// Which rows can be reached from the entries, and by which links.
class GraphReach {
  public:
    explicit GraphReach(const Segment& segment)
        : segment_(segment), parents_(static_cast<std::size_t>(segment.n), nobody) {
        for (std::ptrdiff_t i = 0; i < segment.n_entries; ++i)
            reach(segment.entries[i], segment.entries[i]);
        spread();
    }

    bool contains(std::int32_t row) const { return parent(row) != nobody; }
    std::size_t size() const { return reached_.size(); }

    /// Reaches the rest, each through a row near to it, where it takes a free place or that of a
    /// link by which nobody was reached. `links` are the segment's own.
    void complete(std::int32_t* links) {
        WalkSpace space;
        for (std::int32_t row = 0; row < segment_.n; ++row)
            if (!contains(row)) join(row, links, space);
    }

  private:
    static constexpr std::int32_t nobody = -1;
    static constexpr std::size_t window = 64, most_tried = 512;

    std::int32_t parent(std::int32_t row) const { return parents_[static_cast<std::size_t>(row)]; }

    void reach(std::int32_t row, std::int32_t from) {
        if (!segment_.contains(row) || contains(row)) return;
        parents_[static_cast<std::size_t>(row)] = from;
        reached_.push_back(row);
    }
    void spread() {
        for (; n_followed_ < reached_.size(); ++n_followed_) {
            const std::int32_t row = reached_[n_followed_];
            const std::int32_t* links = segment_.links + row * segment_.degree;
            for (std::ptrdiff_t i = 0; i < segment_.degree && links[i] >= 0; ++i)
                reach(links[i], row);
        }
    }

    /// What a search finds can be reached; so can what that is linked with.
    void join(std::int32_t row, std::int32_t* links, WalkSpace& space) {
        space.query.set_row(segment_, row);
        GraphWalk(segment_, space).find(window);
        std::vector<std::int32_t> near;
        for (std::size_t i = 0; i < space.pool.size(); ++i)
            near.push_back(Pool::row(space.pool[i]));
        for (std::size_t i = 0; i < near.size() && i < most_tried; ++i) {
            std::int32_t* const theirs = links + near[i] * segment_.degree;
            if (std::int32_t* const place = place_in(near[i], theirs)) {
                *place = row;
                reach(row, near[i]);
                return spread();
            }
            near.insert(near.end(), theirs, theirs + segment_.degree);
        }
    }
    std::int32_t* place_in(std::int32_t row, std::int32_t* links) const {
        std::int32_t* const last = links + segment_.degree;
        std::int32_t* const end = std::find_if(links, last, [](auto link) { return link < 0; });
        if (end != last) return end;
        for (std::int32_t* place = last; place-- != links;)
            if (parent(*place) != row) return place;
        return nullptr;
    }

    const Segment& segment_;
    std::vector<std::int32_t> parents_, reached_;
    std::size_t n_followed_ = 0;
};

}  // namespace imgmine

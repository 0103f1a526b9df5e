#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace imgmine {

/// An order of a graph's nodes in which neighbors stand close together: breadth first, from each of
/// `starts` and then from whatever has not been reached. order[new] = old.
inline std::vector<std::int32_t> breadth_first_order(const std::int32_t* links, std::ptrdiff_t n,
                                                     std::ptrdiff_t degree,
                                                     const std::vector<std::int32_t>& starts) {
    std::vector<std::int32_t> order;
    order.reserve(static_cast<std::size_t>(n));
    std::vector<bool> seen(static_cast<std::size_t>(n));
    const auto reach = [&](std::int32_t node) {
        if (node < 0 || node >= n || seen[static_cast<std::size_t>(node)]) return;
        seen[static_cast<std::size_t>(node)] = true;
        order.push_back(node);
    };
    std::size_t done = 0;
    const auto spread = [&] {
        for (; done < order.size(); ++done)
            for (std::ptrdiff_t i = 0; i < degree; ++i) reach(links[order[done] * degree + i]);
    };
    for (const std::int32_t start : starts) reach(start), spread();
    for (std::int32_t node = 0; node < n; ++node) reach(node), spread();
    return order;
}

/// The links of a graph whose nodes are put into `order`.
inline void reorder_links(const std::int32_t* links, std::ptrdiff_t n, std::ptrdiff_t degree,
                          const std::int32_t* order, std::int32_t* out) {
    std::vector<std::int32_t> place(static_cast<std::size_t>(n));
    for (std::int32_t i = 0; i < n; ++i) place[static_cast<std::size_t>(order[i])] = i;
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        const std::int32_t* from = links + order[i] * degree;
        std::int32_t* to = out + i * degree;
        std::ptrdiff_t count = 0;
        for (std::ptrdiff_t j = 0; j < degree; ++j)
            if (from[j] >= 0 && from[j] < n) to[count++] = place[static_cast<std::size_t>(from[j])];
        std::fill(to + count, to + degree, -1);
    }
}

}  // namespace imgmine

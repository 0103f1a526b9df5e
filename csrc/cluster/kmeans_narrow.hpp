#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "cluster/kmeans_assigner.hpp"

// How rows of few values are labeled: all of them each time, sixteen at once.
namespace imgmine {

/// Turns rows of few values to columns; returns the largest square of a row.
template <class T>
float Assigner<T>::pack_columns(std::ptrdiff_t first, std::ptrdiff_t last, float* columns,
                                std::size_t stride) const {
    const std::size_t size = panels_.size();
    float most = 0;
    for (std::ptrdiff_t i = first; i < last; ++i) {
        const double scale = samples_.scale(i);
        const T* const row = samples_.rows.row(i);
        float* const to = columns + (i - first);
        float square = 0;
        for (std::size_t c = 0; c < size; ++c) {
            const double shift = panels_.shift() ? panels_.shift()[c] : 0;
            const auto x = static_cast<float>((static_cast<double>(row[c]) - shift) * scale);
            to[c * stride] = x;
            square += x * x;
        }
        most = std::max(most, square);
    }
    return most;
}

template <class T>
void Assigner<T>::keep_columns() {
    const auto n = static_cast<std::size_t>(samples_.n());
    column_stride_ = n + 64;  // the last block is read as if it were full
    columns_.resize(column_stride_ * panels_.size());
    const std::ptrdiff_t block = block_size(), n_blocks = (samples_.n() + block - 1) / block;
    squares_.resize(static_cast<std::size_t>(n_blocks));
    parallel_for(n_blocks, row_grain(block * samples_.rows.size, 1),
                 [&](std::ptrdiff_t from, std::ptrdiff_t to) {
                     for (std::ptrdiff_t b = from; b < to; ++b)
                         squares_[static_cast<std::size_t>(b)] =
                             pack_columns(b * block, std::min((b + 1) * block, samples_.n()),
                                          columns_.data() + b * block, column_stride_);
                 });
}

template <class T>
void Assigner<T>::assign_narrow(std::ptrdiff_t first, std::ptrdiff_t last, Work& work) {
    const auto n = static_cast<std::size_t>(last - first);
    const bool kept = !columns_.empty();
    const std::size_t stride = kept ? column_stride_ : static_cast<std::size_t>(block_size());
    const float* const columns = kept ? columns_.data() + first : work.floats.data();
    const float most = kept ? squares_[static_cast<std::size_t>(first / block_size())]
                            : pack_columns(first, last, work.floats.data(), stride);
    const float error = 3 * panels_.error_of(most);
    assign_kernels().nearest_narrow(columns, stride, (n + 63) / 64 * 64, panels_.size(),
                                    panels_.group(0),
                                    {work.first.data(), work.second.data(), work.place.data()});
    for (std::size_t r = 0; r < n; ++r) {
        const std::ptrdiff_t i = first + static_cast<std::ptrdiff_t>(r);
        std::int32_t label = work.place[r];
        if (!(work.second[r] > work.first[r] + error)) label = nearest_exactly(i);
        if (label != labels_[i]) relabel(i, label, work);
    }
}

/// The nearest of all centers.
template <class T>
std::int32_t Assigner<T>::nearest_exactly(std::ptrdiff_t i) const {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < panels_.k(); ++j) {
        const double d = samples_.squared_distance(i, centers_.data() + j * panels_.size());
        if (d < least) least = d, best = j;
    }
    return static_cast<std::int32_t>(best);
}

}  // namespace imgmine

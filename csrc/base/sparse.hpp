#pragma once

#include <cstddef>
#include <cstdint>

namespace imgmine {

/// Rows of a compressed sparse matrix: values[k] of row i stand in columns[k], k from starts[i] to
/// starts[i + 1].
template <class T>
struct SparseView {
    const T* values;
    const std::int32_t* columns;
    const std::int64_t* starts;
    std::ptrdiff_t n_rows;
    std::ptrdiff_t size;
};

}  // namespace imgmine

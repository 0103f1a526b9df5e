#pragma once

#include <cstddef>

namespace imgmine {

/// How large an image is whose rows lie side by side.
struct RowLayout {
    std::ptrdiff_t height;
    std::ptrdiff_t width;
    std::ptrdiff_t channels;
    std::ptrdiff_t row_size() const { return width * channels; }
};

}  // namespace imgmine
